import { describe, expect, test } from 'vitest'
import { laidOver, parseColour, white } from './colour.ts'

describe('a CSS colour', () => {
  test.each([
    ['red', 255, 0, 0, 1],
    ['azure', 240, 255, 255, 1],
    ['YellowGreen', 154, 205, 50, 1],
    ['transparent', 0, 0, 0, 0],
    ['#f80', 255, 136, 0, 1],
    ['#F808', 255, 136, 0, 136 / 255],
    ['#f6821f', 246, 130, 31, 1],
    ['#f6821f80', 246, 130, 31, 128 / 255],
    ['rgb(240,40,145)', 240, 40, 145, 1],
    ['rgba(240, 40, 145, 0.5)', 240, 40, 145, 0.5],
    ['rgb(240 40 145 / 50%)', 240, 40, 145, 0.5],
    ['rgb(100% 0% 50%)', 255, 0, 128, 1],
    ['rgb(300, -5, 0)', 255, 0, 0, 1],
    ['hsl(120, 100%, 25%)', 0, 128, 0, 1],
    ['hsl(0.5turn 100% 50%)', 0, 255, 255, 1],
    ['hsla(-60deg, 100%, 50%, 1)', 255, 0, 255, 1],
  ])('%s is %i, %i, %i, %f', (text, r, g, b, alpha) => {
    expect(parseColour(text)).toEqual({ r, g, b, alpha })
  })

  test.each([
    '',
    'reddish',
    '#12',
    '#12345',
    '#ggg',
    'rgb(1,2)',
    'rgb(1,2,3,4,5)',
    'rgb(a,b,c)',
    'rgb(1,2,3',
    'url(x)',
    'f'.repeat(80),
  ])('%j is none', (text) => {
    expect(parseColour(text)).toBeUndefined()
  })

  test('laid over another is what the eye sees', () => {
    expect(laidOver({ r: 0, g: 0, b: 0, alpha: 0.5 }, white)).toEqual({ r: 128, g: 128, b: 128, alpha: 1 })
  })
})
