import { joinedArrays } from '../core/base/bytes';
import { UserError } from '../core/base/errors';
import type { NamedBytes } from '../core/base/zip';
import { parquetFormat } from '../core/exports/formats/parquet';
import type { PredictionSpec } from '../core/plan/schema';
import { trainingMatrix } from '../core/predictions/away/matrix';
import { documentBytes, matrixDocument } from '../core/predictions/away/matrixDocument';
import { reproduceProgram } from '../core/predictions/away/build/reproduce';
import { resolveSpec } from '../core/predictions/options';
import { predictionOfState } from '../core/predictions/predictionState';
import type { EventTarget } from '../core/predictions/spec';
import type { Epoch } from './epoch';
import { learntBy, notKept, toolsOf } from './predictions';

/**
 * What a trained model was made of: `matrix.parquet`, `matrix.json` that says what is in it, and `reproduce.py`, which
 * computes the report's figures again. Parquet, because its columns have types: an id keeps its zeros, a number all of its
 * digits.
 * @throws UserError `no_data`, `prediction_not_kept`, `matrix_nothing_learnt`, `matrix_other_data`
 */
export async function matrixFiles(epoch: Epoch, modelId: string): Promise<NamedBytes[]> {
  const spec = epoch.plan.models.find((model): model is PredictionSpec => model.kind === 'prediction' && model.id === modelId);
  const report = epoch.state.predictions.get(modelId)?.report;
  if (!spec || !report) throw notKept(modelId);
  const { cutoffs, scored, seed, target: asked } = report.protocol;
  const made = {
    id: modelId,
    task: report.task,
    learner: report.learner ?? undefined,
    target: asked ?? undefined,
    options: report.protocol.options,
  };
  const { task, options } = resolveSpec(made);
  if (task.labels === null) throw nothingLearnt(modelId);
  const state = await learntBy(epoch, modelId);
  if (!state) throw notKept(modelId);
  const data = await epoch.data();
  for (const { dataHash, asOf } of [report.protocol, ...(scored ? [scored] : [])])
    if (dataHash !== data.dataHash || asOf !== data.asOf) throw otherData(modelId);

  const trained = predictionOfState(state);
  const target = { ...asked, withinDays: asked?.withinDays ?? trained.withinDays } as EventTarget;
  const matrix = await trainingMatrix(data, { task, target, options, seed }, trained, cutoffs, toolsOf(epoch), epoch);
  const parts: Uint8Array[] = [];
  for await (const bytes of parquetFormat.write(matrix, epoch)) parts.push(bytes);
  return [
    { name: 'matrix.parquet', bytes: joinedArrays(parts) },
    { name: 'matrix.json', bytes: documentBytes(matrixDocument(matrix, { spec, report }, trained)) },
    { name: 'reproduce.py', bytes: new TextEncoder().encode(reproduceProgram) },
  ];
}

function nothingLearnt(model: string): UserError {
  return new UserError(
    'matrix_nothing_learnt',
    `"${model}" learns nothing from labelled rows, so there is no training data to take away.`,
    'Choose a model that a learner was trained for.',
    { model },
  );
}

function otherData(model: string): UserError {
  return new UserError(
    'matrix_other_data',
    `"${model}" was trained or scored on other data or as of another date than the plan has now.`,
    'Train it again, then take the data away.',
    { model },
  );
}
