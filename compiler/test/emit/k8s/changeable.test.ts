// What of the requests that rules concern is asked about to change objects.

import test from 'ava';
import { changeable } from '../../../src/emit/k8s/changeable.ts';

const scope = {
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['pods', 'pods/resize', 'services'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  scope: 'Namespaced' as const,
};

test('what is made once is changed when it is made', (t) => {
  t.deepEqual(changeable([scope]), [
    { ...scope, resources: ['pods'], operations: ['CREATE'] },
    { ...scope, resources: ['services'], operations: ['CREATE', 'UPDATE'] },
  ]);
});

test('what is deleted or connected to is not changed', (t) => {
  t.deepEqual(changeable([{ ...scope, resources: ['services'], operations: ['DELETE'] }]), []);
  t.deepEqual(changeable([{ ...scope, resources: ['pods/exec'], operations: ['CONNECT'] }]), []);
});
