import { render } from 'preact';
import { App } from './app';
import { connectHost } from './host';

const root = document.getElementById('root');
if (root !== null) render(<App host={connectHost()} />, root);
