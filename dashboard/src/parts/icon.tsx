/** Outlines on a field of 20 × 20. */
const outlines = {
  overview: 'M4 16.5v-5M10 16.5v-13M16 16.5v-8',
  images:
    'M5 4h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM3.5 14.5l4-4 3 3 2.5-2.5 3.5 3.5M12.5 7.7v.1',
  variants: 'M6 3v11h11M3 6h11v11',
  deliveries: 'M17 3 9 11M17 3l-5 14-3-6-6-3z',
  webhooks: 'M11 2.5 4.5 11H9l-.5 6.5L15.5 9H11z',
  keys: 'M7 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM9.5 11 16 4.5M13 7.5l2.5 2.5',
  tokens:
    'M5.5 9h9A1.5 1.5 0 0 1 16 10.5v5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 4 15.5v-5A1.5 1.5 0 0 1 5.5 9zM7 9V6.5a3 3 0 0 1 6 0V9',
  inbox: 'M3 11.5 5.5 4h9l2.5 7.5V16H3zM3 11.5h4l1 2h4l1-2h4',
  menu: 'M3 6h14M3 10h14M3 14h14',
  close: 'M5 5l10 10M15 5 5 15',
  check: 'M4 10.5l4 4 8-9',
  cross: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  dash: 'M5 10h10',
  copy: 'M9 7h6a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2zM4.5 12.5A1.5 1.5 0 0 1 3 11V5a2 2 0 0 1 2-2h6a1.5 1.5 0 0 1 1.5 1.5',
  open: 'M7.5 4.5 13 10l-5.5 5.5',
  upload: 'M10 13V4M6 7.5 10 3.5l4 4M4 16.5h12',
  search: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM13 13l4 4',
  warning: 'M10 3.5 17.5 16h-15zM10 8.5v3.5M10 14v.1',
  filter: 'M3 5h14M6 10h8M8.5 15h3',
  leave: 'M12 4H5v12h7M9 10h8M14 7l3 3-3 3',
  live: 'M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM5.5 14.5a6.5 6.5 0 0 1 0-9M14.5 5.5a6.5 6.5 0 0 1 0 9',
} as const

export type IconName = keyof typeof outlines

/** A small picture beside a word; it says nothing that the word does not. */
export const Icon = ({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) => (
  <svg
    viewBox="0 0 20 20"
    width={size}
    height={size}
    fill="none"
    stroke="currentcolor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    style={{ flex: 'none' }}
  >
    <path d={outlines[name]} />
  </svg>
)
