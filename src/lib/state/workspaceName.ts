/** File names that say nothing of what is in them: `u.data`, `export (3).csv`, `20260501.csv`. */
const saysNothing =
  /^(.{0,2}|(my )?(data|dataset|export|download|file|input|output|result|table|untitled|unnamed|new|test|sheet|book|csv|report|未命名|导出|数据|新建|下载|表格)[\s()（）\d]*|[\d\s.()-]+)$/i;

/** A workspace's name from its first file's, as people write it: `online_retail.csv` → `online retail`; undefined where it says nothing. */
export function workspaceNameOf(fileName: string): string | undefined {
  const name = fileName
    .replace(/(\.[a-z]{1,5}){1,2}$/i, '')
    .replace(/[_\s]+/g, ' ')
    .trim()
    .slice(0, 120);
  return saysNothing.test(name) ? undefined : name;
}
