import { predictionTasks } from '$lib/core/predictions/tasks/catalogue';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { everyTaskMust } from './everyTask';

for (const task of predictionTasks) everyTaskMust(task, openNodeTensors);
