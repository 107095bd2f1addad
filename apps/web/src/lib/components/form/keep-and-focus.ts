import { tick } from 'svelte';
import type { SubmitFunction } from '$app/forms';

/** For `use:enhance`: what was typed stays, and the focus moves to the first field that was refused. */
export const keepAndFocus: SubmitFunction =
  ({ formElement }) =>
  async ({ update }) => {
    await update({ reset: false });
    // The page shows the errors only after the next tick.
    await tick();
    formElement.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus();
  };
