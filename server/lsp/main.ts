import { createConnection } from 'vscode-languageserver/node';
import { createAnalyzer } from '../core/index';
import { createWorkspace } from '../workspace/workspace';
import { describe } from './guard';
import { startServer } from './server';

// The transport is named on the command line: --node-ipc (VS Code), --stdio or --socket=PORT (other editors).
const connection = createConnection();
const survive = (error: unknown): void => connection.console.error(`Unexpected: ${describe(error)}`);
process.on('uncaughtException', survive);
process.on('unhandledRejection', survive);
startServer(connection, { createAnalyzer, createWorkspace });
