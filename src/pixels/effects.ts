import type { Sharp } from 'sharp'
import type { Transform } from '../domain/transform.ts'

/** The wishes that change colours and sharpness, not sizes. */
export type EffectWish = Pick<Transform, 'blur' | 'sharpen' | 'brightness' | 'contrast' | 'gamma' | 'saturation'>

/** Whether an effect looks at neighbours, and so would mix the frames of an animation. */
export const looksAround = ({ blur, sharpen }: EffectWish): boolean => blur !== undefined || (sharpen ?? 0) > 0

/** The middle of the greys, which contrast leaves alone. */
const middleGrey = 128

/**
 * Blur, saturation, sharpening, gamma, brightness, contrast: after the picture has its size. A blur radius is twice the
 * standard deviation, as in CSS shadows; brightness multiplies, contrast spreads around the middle grey, gamma raises
 * to its inverse (2 lightens), each channel by itself.
 */
export const applyEffects = (picture: Sharp, wish: EffectWish): Sharp => {
  const { blur, sharpen = 0, brightness = 1, contrast = 1, gamma = 1, saturation } = wish
  if (blur !== undefined) picture.blur({ sigma: blur / 2, precision: 'approximate' })
  if (saturation !== undefined && saturation !== 1) picture.modulate({ saturation })
  if (sharpen > 0) picture.sharpen({ sigma: 1, m1: sharpen, m2: sharpen * 2 })
  // Encoding and decoding with unlike exponents leaves their quotient.
  if (gamma !== 1) picture.gamma(Math.max(1, 1 / gamma), Math.max(1, gamma))
  if (brightness !== 1 || contrast !== 1) picture.linear(brightness * contrast, middleGrey * (1 - contrast))
  return picture
}
