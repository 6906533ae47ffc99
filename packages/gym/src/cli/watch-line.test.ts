import { expect, it } from 'vitest'
import { sayHowToWatch } from './watch-line.js'

it('says on stderr how to watch, with the home where that is not the usual one, and keeps quiet where asked to', () => {
  const said: string[] = []
  const world = { cwd: '/projects/haiku', stderr: { write: (text: string) => said.push(text) } }
  const usual = { home: '/projects/haiku/.training-gym', isJson: false, isQuiet: false, world }
  sayHowToWatch(usual)
  sayHowToWatch({ ...usual, home: '/data/my gym' })
  sayHowToWatch({ ...usual, isJson: true })
  sayHowToWatch({ ...usual, isQuiet: true })
  expect(said).toEqual([
    'watch it: training-gym dashboard\n',
    "watch it: training-gym dashboard --home '/data/my gym'\n",
  ])
})
