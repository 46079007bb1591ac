import type { Operation } from './context';
import { audienceMembers, type AudienceStep, type ConditionCount } from '../../core/audiences/members';
import { audienceTable, firstRows } from '../../core/exports/audienceTable';
import type { ExportCell, ExportColumn } from '../../core/exports/table';
import { safeFileName } from '../../core/exports/fileNames';
import type { Manifest } from '../../core/exports/types';
import { zipFiles } from '../../core/exports/zip';
import { writePlan } from '../../core/plan/write';
import type { PlanAudience } from '../../core/plan/schema';
import { makeExports } from '../makeExports';
import { segmentScope } from '../segmentScope';

/** Who is in an audience, how it came to that, and the first rows of the very table that its files are written from. */
export const audiencePreview: Operation<
  { audience: PlanAudience; limit: number },
  { members: number; steps: AudienceStep[]; conditions: ConditionCount[]; columns: readonly ExportColumn[]; rows: ExportCell[][] }
> = async ({ audience, limit }, context) => {
  const scope = await segmentScope(context.desk);
  const { members, order, steps, conditions } = await audienceMembers(scope, audience, context);
  const table = await audienceTable(scope, order.slice(0, limit), audience.columns, context);
  return { members: members.count, steps, conditions, columns: table.columns, rows: await firstRows(table, limit) };
};

/** Everything under the plan's `exports`, made now: one zip with the files, the plan and the manifest. */
export const exportsRun: Operation<void, { fileName: string; zip: Uint8Array; manifest: Manifest }> = async (_input, context) => {
  const { plan } = context.desk.workspace;
  const { files, manifest } = await makeExports(context);
  const zip = await zipFiles([...files, ...documents(plan, manifest)], context);
  return { fileName: safeFileName(plan.name, 'zip', new Set()), zip, manifest };
};

/** The plan and the manifest as files beside the exported ones. */
export function documents(plan: Parameters<typeof writePlan>[0], manifest: Manifest): { name: string; bytes: Uint8Array }[] {
  const encoder = new TextEncoder();
  return [
    { name: 'plan.json', bytes: encoder.encode(writePlan(plan, 'json')) },
    { name: 'manifest.json', bytes: encoder.encode(`${JSON.stringify(manifest, null, 2)}\n`) },
  ];
}
