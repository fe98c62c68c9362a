/** The longest wait of a timer; a longer one would end at once. */
const longestMs = 2 ** 31 - 1

/** What `work` gives, if it gives it within so many milliseconds; rejects with an Error after that, whether it minds or not. */
export const within = async <Value>(milliseconds: number, work: Value | Promise<Value>): Promise<Value> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        const stop = (): void => reject(new Error(`It took more than ${milliseconds} ms.`))
        timer = setTimeout(stop, Math.min(milliseconds, longestMs))
      }),
    ])
  } finally {
    clearTimeout(timer)
  }
}
