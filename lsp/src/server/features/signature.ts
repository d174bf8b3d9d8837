// How the function is called whose arguments are being written.

import { toMarkup } from '../../convert/markup.ts';
import { signatureAt } from '../../ide/signature.ts';
import type { Feature } from '../feature.ts';

/** The registration. */
export const signatureFeature: Feature = {
  name: 'signature help',
  capabilities: () => ({ signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [')'] } }),
  register: ({ connection, client, atPoint }) => {
    const formats = client.capabilities.textDocument?.signatureHelp?.signatureInformation?.documentationFormat;
    connection.onSignatureHelp(
      atPoint('signature help', (point) => {
        const help = signatureAt(point);
        if (help === undefined) return undefined;
        const { signatures, active } = help;
        const best = signatures.findIndex(({ params }) => params.length > active);
        return {
          activeSignature: Math.max(best, 0),
          activeParameter: active,
          signatures: signatures.map(({ label, params, doc }) => ({
            label,
            parameters: params.map(({ start, end }) => ({ label: [start, end] as [number, number] })),
            ...(doc === '' ? {} : { documentation: toMarkup(doc, formats) }),
          })),
        };
      }),
    );
  },
};
