import { tick } from 'svelte';

/** Moves the focus to the first field that was refused, after the page shows the errors. */
export async function focusFirstError(form: HTMLFormElement): Promise<void> {
  await tick();
  form.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus();
}
