import { LocalTime } from '../../parts/time.tsx'

/** An instant as the server writes it in a sentence, with how far away it was when the sentence was made. */
const instants = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)(?: \([^()]* ago\)| \(in [^()]*\))?/g

/** A paragraph of the server's, whose instants are told by the reader's own clock. */
export const Explanation = ({ text }: { readonly text: string }) => {
  const parts = text.split(instants)
  // What the pattern caught stands at every odd place.
  return <p>{parts.map((part, index) => (index % 2 === 0 ? part : <LocalTime key={index} at={part} />))}</p>
}
