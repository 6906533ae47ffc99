import { modal } from '../../compute/compute.js'
import { SlimeRecipe } from '../slime-recipe.js'
import { TrainConfig } from '../train-config.js'
import { lengthReward, tinyDataset, tinyModel, tinyRecipe } from './remote-runs.test.support.js'

/*
 * A client that trains on Modal and can be killed. It takes the home and changes of the recipe as JSON, and writes each
 * event as a line of JSON.
 */
const { home, recipe } = JSON.parse(process.argv[2] ?? '') as { home: string; recipe: object }
await new TrainConfig({
  model: tinyModel,
  dataset: tinyDataset,
  recipe: new SlimeRecipe({ ...tinyRecipe, ...recipe, customRmFunction: lengthReward }),
  compute: modal(),
}).train({ home, onProgress: (event) => process.stdout.write(`${JSON.stringify(event)}\n`) })
