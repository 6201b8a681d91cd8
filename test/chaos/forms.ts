/** Whether `npm run chaos` runs the suite: then each scenario takes its long form. */
export const longForms = process.env.WAYBILL_CHAOS === 'long'
