/** Settings that cannot work. The message is one sentence that names the setting and the fix, and holds no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
