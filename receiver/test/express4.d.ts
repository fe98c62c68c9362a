// Express 4 brings no types; of what is used here those of 5 say the same.
declare module 'express4' {
  import express from 'express'

  export default express
}
