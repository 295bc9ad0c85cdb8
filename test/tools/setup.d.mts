export declare const toolsSupported: boolean;
export declare const tools: { readonly helm: string; readonly kubectl: string };
export declare function setupTools(options: { readonly log: (line: string) => void }): Promise<void>;
