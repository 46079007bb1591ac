const root = process.argv[2];
const { quietContext } = await import(root + '/src/lib/core/base/run.ts');
const { sectionOf } = await import(root + '/src/lib/core/predictions/report.ts');
const { nodePlatform } = await import(root + '/src/lib/platform/node/platform.ts');
const { Desk } = await import(root + '/src/lib/work/desk.ts');
const { operations } = await import(root + '/src/lib/work/operations/index.ts');
const context: any = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 2 })) };
await operations.workspaceOpenSample(undefined, context);
const event = 'order_completed';
const models = ['logistic', 'gradient-boosting'].map((learner) => ({ id: 'o-' + learner, kind: 'prediction', task: 'propensity', learner, target: { event, withinDays: 30 }, options: { features: 'rich' } }));
await operations.workspaceSavePlan({ plan: { ...context.desk.state.plan, models } }, context);
for (const m of models) { const t = performance.now(); const r: any = await operations.predictionTrain({ model: m }, context).catch((e: any) => e); const rep = r.report ?? r; console.log(m.id, ((performance.now() - t) / 1000).toFixed(1), JSON.stringify(sectionOf(rep, 'ranking')?.auc ?? String(r).slice(0, 300)), rep.protocol?.features); }
