/** A text field of a form. */
export type FormField = readonly [name: string, value: string]
