import { cameraPhoto } from '../sample-images.ts'

/** A JPEG with a comment (marker COM, ITU-T T.81 B.2.4.5) right after its start; what it shows stays the same. */
const withComment = (jpeg: Uint8Array, comment: string): Uint8Array<ArrayBuffer> => {
  const text = new TextEncoder().encode(comment)
  const lengthBytes = text.length + 2
  const segment = [0xff, 0xfe, lengthBytes >> 8, lengthBytes & 0xff, ...text]
  return new Uint8Array([...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2)])
}

/** Photos of which no two have the same bytes. */
export const distinctPhotos = async (count: number): Promise<Blob[]> => {
  const photo = await cameraPhoto(640, 480)
  return Array.from({ length: count }, (_, index) => new Blob([withComment(photo, `Photo ${index + 1} of ${count}`)]))
}
