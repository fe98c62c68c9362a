import { assert, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planFit } from './fit.ts'

const large = { width: 1200, height: 800 }
const small = { width: 120, height: 80 }
const square = { width: 400, height: 400 }

describe('planFit', () => {
  it.each([
    ['scale-down', large, square, 400, 267, 400, 267],
    ['scale-down', small, square, 120, 80, 120, 80],
    ['contain', large, square, 400, 267, 400, 267],
    ['contain', small, square, 400, 267, 400, 267],
    ['cover', large, square, 400, 400, 600, 400],
    ['cover', small, square, 400, 400, 600, 400],
    ['crop', large, square, 400, 400, 600, 400],
    ['crop', small, square, 120, 80, 120, 80],
    ['crop', { width: 1000, height: 200 }, square, 400, 200, 1000, 200],
    ['pad', large, square, 400, 400, 400, 267],
    ['pad', small, square, 400, 400, 400, 267],
    ['squeeze', large, square, 400, 400, 400, 400],
    ['scale-up', small, square, 400, 267, 400, 267],
    ['scale-up', large, square, 1200, 800, 1200, 800],
    ['aspect-crop', { width: 612, height: 613 }, { width: 1920, height: 1120 }, 612, 357, 612, 613],
    ['aspect-crop', large, square, 400, 400, 600, 400],
  ] as const)('%s of %j in %j gives %i × %i scaled to %i × %i', (fit, image, box, width, height, ...scaled) => {
    expect(planFit(image, box, fit)).toEqual({ width, height, scaled: { width: scaled[0], height: scaled[1] } })
  })

  it.each([
    ['scale-down', { width: 600 }, 600, 400],
    ['scale-down', { height: 4000 }, 1200, 800],
    ['contain', { height: 1600 }, 2400, 1600],
    ['cover', { width: 2400 }, 2400, 1600],
    ['crop', { width: 2400 }, 1200, 800],
    ['pad', { height: 400 }, 600, 400],
    ['pad', {}, 1200, 800],
    ['cover', {}, 1200, 800],
  ] as const)('%s with one side or none, %j, keeps the ratio: %i × %i', (fit, box, width, height) => {
    expect(planFit(large, box, fit)).toEqual({ width, height, scaled: { width, height } })
  })

  const side = integer({ min: 1, max: 12_000 })
  const size = record({ width: side, height: side })

  it('never enlarges with scale-down and crop, and never leaves the box', () => {
    assert(
      property(size, size, constantFrom('scale-down' as const, 'crop' as const), (image, box, fit) => {
        const plan = planFit(image, box, fit)
        expect(plan.width).toBeLessThanOrEqual(Math.min(image.width, box.width))
        expect(plan.height).toBeLessThanOrEqual(Math.min(image.height, box.height))
      }),
    )
  })

  it('touches the box with contain, within the rounding of one pixel', () => {
    assert(
      property(size, size, (image, box) => {
        const plan = planFit(image, box, 'contain')
        expect(plan.width === box.width || plan.height === box.height).toBe(true)
        expect(Math.min(box.width - plan.width, box.height - plan.height)).toBe(0)
        expect(Math.min(plan.width, plan.height)).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})
