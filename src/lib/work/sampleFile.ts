/** What a plan calls the shipped shop where others have the name of a file. */
export const sampleFile = 'sample:shop';
