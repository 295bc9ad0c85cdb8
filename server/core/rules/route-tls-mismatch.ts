import { quoted } from './edits';
import { addItem, type ItemPlace } from './list-edits';
import { defineRule, type FixDraft } from './rule';
import { checkTlsHosts } from './tls-hosts';
import { checkTlsSecrets } from './tls-secrets';

export const routeTlsMismatch = defineRule({
  id: 'route-tls-mismatch',
  title: 'TLS of a route that does not fit its hosts, or a Secret that is missing',
  severity: 'warning',
  variants: [
    'information: a host without a TLS entry where annotations allow plain HTTP, or where its entry may stand in what could not be had; a TLS host that cert-manager may want for itself; a Secret that a chart leaves to others',
  ],
  check(model, report) {
    checkTlsHosts(model, report);
    checkTlsSecrets(model, report);
  },
  fixes(data, textOf) {
    if ('fixes' in data) return data['fixes'] as readonly FixDraft[];
    const { after, host } = data as unknown as { readonly after: ItemPlace; readonly host: string };
    const edit = addItem(textOf(after.file), after, quoted(host, 'plain'));
    return edit ? [{ title: `Add ${host} to the hosts of the TLS entry`, edits: [edit] }] : [];
  },
});
