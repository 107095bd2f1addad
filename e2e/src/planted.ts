/** What the demonstration's clients put into prompts and headers, and what must be found nowhere. */
export const planted = [
  'ghp_DEMOdemoDEMOdemoDEMOdemoDEMOdemo12',
  'sk-proj-DEMOdemoDEMOdemoDEMOdemoDEMOdemo1234567890',
  'sk-svcacct-DEMOdemo',
  'sk-ant-api03-DEMOdemo',
  'sk-DEMOdemoDEMOdemo',
  'sk-demo-expired',
  'jane.doe@example.com',
];
