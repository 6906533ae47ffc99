import { beforeEach, expect, it } from 'vitest'
import type { ProgressEvent } from '../progress.js'
import { sayHowToWatch, watchedProgress } from './watch-line.js'

let said: string[]
beforeEach(() => {
  said = []
})
const world = { cwd: '/projects/haiku', stderr: { write: (text: string) => said.push(text) } }
const usual = { home: '/projects/haiku/.training-gym', isJson: false, isQuiet: false, world }

it('says on stderr how to watch, with the home where that is not the usual one, and keeps quiet where asked to', () => {
  sayHowToWatch(usual)
  sayHowToWatch({ ...usual, home: '/data/my gym' })
  sayHowToWatch({ ...usual, isJson: true })
  sayHowToWatch({ ...usual, isQuiet: true })
  expect(said).toEqual([
    'watch it: training-gym dashboard\n',
    "watch it: training-gym dashboard --home '/data/my gym'\n",
  ])
})

it('says it once, when something starts, before what is told of the start', () => {
  const onProgress = (event: ProgressEvent) => said.push(event.kind)
  const tell = watchedProgress({ ...usual, onProgress })
  tell({ kind: 'notice', message: 'downloading' })
  tell({ kind: 'serve-start', model: 'poet' })
  tell({ kind: 'eval-start', evalId: 'eval-1', name: 'poet', total: 3 })
  expect(said).toEqual(['notice', 'watch it: training-gym dashboard\n', 'serve-start', 'eval-start'])
})
