/** One of the eight ways to hold a picture: mirrored left to right or not, then turned clockwise by quarters. */
export type Turn = { readonly mirrored: boolean; readonly quarters: 0 | 1 | 2 | 3 }

/** A part of a picture, in pixels. */
export type Area = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

export const asItIs: Turn = { mirrored: false, quarters: 0 }

const quarters = (count: number): Turn['quarters'] => {
  const rest = ((count % 4) + 4) % 4
  return rest === 1 ? 1 : rest === 2 ? 2 : rest === 3 ? 3 : 0
}

/** Both turns as one, the first one first. A mirror reverses the sense of the turns before it. */
export const andThen = (first: Turn, second: Turn): Turn => ({
  mirrored: first.mirrored !== second.mirrored,
  quarters: quarters(second.quarters + (second.mirrored ? -first.quarters : first.quarters)),
})

/** What brings a picture upright, by its EXIF orientation (EXIF 2.32 §4.6.4 A). */
export const uprightTurn = (orientation: number | undefined): Turn => {
  const turns: readonly Turn[] = [
    asItIs,
    { mirrored: true, quarters: 0 },
    { mirrored: false, quarters: 2 },
    { mirrored: true, quarters: 2 },
    { mirrored: true, quarters: 3 },
    { mirrored: false, quarters: 1 },
    { mirrored: true, quarters: 1 },
    { mirrored: false, quarters: 3 },
  ]
  return turns[(orientation ?? 1) - 1] ?? asItIs
}

/** The turn of a flip and a rotation, in this order. Top and bottom change places by a mirror and half a turn. */
export const turnOf = (flip: 'h' | 'v' | 'hv' | undefined, rotate: 90 | 180 | 270 | undefined): Turn =>
  andThen(
    { mirrored: flip === 'h' || flip === 'v', quarters: flip === 'v' || flip === 'hv' ? 2 : 0 },
    { mirrored: false, quarters: quarters((rotate ?? 0) / 90) },
  )

/** The turn that leads back. */
export const undo = (turn: Turn): Turn =>
  turn.mirrored ? turn : { mirrored: false, quarters: quarters(-turn.quarters) }

/** A size after a turn. */
export const turned = ({ width, height }: { width: number; height: number }, turn: Turn) =>
  turn.quarters % 2 === 0 ? { width, height } : { width: height, height: width }

/** Where an area of the turned picture lies in the picture before; `before` is that one's size. */
export const areaBefore = (area: Area, turn: Turn, before: { width: number; height: number }): Area => {
  let { left, top, width, height } = area
  let size = turned(before, turn)
  for (let count = 0; count < turn.quarters; count++) {
    // Undoes one quarter: what is at the top was on the left, with what is on the right at the top of it.
    ;[left, top, width, height] = [top, size.width - left - width, height, width]
    size = { width: size.height, height: size.width }
  }
  return { left: turn.mirrored ? size.width - left - width : left, top, width, height }
}
