/** Defender's severities of vulnerabilities, lowest first; some it cannot rate. */
export const imageSeverities = ["Unknown", "Low", "Medium", "High", "Critical"] as const;

/** How bad a vulnerability is. */
export type ImageSeverity = (typeof imageSeverities)[number];
