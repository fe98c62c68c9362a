/** What is used of libheif's build for JavaScript; the package's own types know nothing of these classes. */
declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  type HeifImage = {
    is_primary(): boolean
    /** After the rotation that the file asks for. */
    get_width(): number
    get_height(): number
    /** Fills `data` with RGBA and hands it on; null when it cannot be decoded. */
    display(
      target: { data: Uint8ClampedArray; width: number; height: number },
      done: (shown: object | null) => void,
    ): void
  }
  const load: () => { readonly HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] } }
  export default load
}
