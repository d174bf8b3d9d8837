// An enforcer → how Prometheus' operator finds its metrics, and the alerts that somebody has to act on. Names of series are those of
// the program (`runtime/src/admission`).

import { metricsPath } from './enforcer-image.ts';
import { labelsOf, selectorOf, type KubernetesObject } from './object.ts';

/** A ServiceMonitor and the rules of alerts. */
export function monitoringObjects(name: string, component: string, namespace: string): readonly KubernetesObject[] {
  const metadata = { name, namespace, labels: labelsOf(component) };
  const alerts = component === 'admission' ? admissionAlerts(name, namespace) : [];
  return [
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata,
      spec: {
        selector: { matchLabels: selectorOf(name) },
        namespaceSelector: { matchNames: [namespace] },
        endpoints: [{ port: 'metrics', path: metricsPath, scheme: 'http', interval: '30s' }],
      },
    },
    ...(alerts.length === 0
      ? []
      : [
          {
            apiVersion: 'monitoring.coreos.com/v1',
            kind: 'PrometheusRule',
            metadata,
            spec: { groups: [{ name, rules: alerts }] },
          },
        ]),
  ];
}

function admissionAlerts(name: string, namespace: string): readonly object[] {
  const of = `namespace="${namespace}",service="${name}"`;
  const alert = (words: string, options: { expr: string; for: string; severity: string; summary: string }): object => ({
    alert: words,
    expr: options.expr,
    for: options.for,
    labels: { severity: options.severity },
    annotations: { summary: options.summary },
  });
  return [
    alert('RdpAdmissionNotReady', {
      expr: `sum(rdp_admission_ready{${of}}) < 1 or absent(rdp_admission_ready{${of}})`,
      for: '2m',
      severity: 'critical',
      summary: 'No admission server is ready: requests that its rules concern are refused.',
    }),
    alert('RdpAdmissionBundleRefused', {
      expr: `max(rdp_admission_bundle_problem{${of}}) > 0`,
      for: '5m',
      severity: 'warning',
      summary: 'The newest policy bundle was refused; the one before it decides.',
    }),
    alert('RdpAdmissionCertificateExpires', {
      expr: `min(rdp_admission_certificate_expiry_seconds{${of}}) - time() < 86400 * 7`,
      for: '10m',
      severity: 'warning',
      summary: 'The certificate of the webhook ends within a week.',
    }),
    alert('RdpAdmissionSlow', {
      expr: `histogram_quantile(0.99, sum by (le) (rate(rdp_admission_review_duration_seconds_bucket{${of}}[5m]))) > 0.5`,
      for: '10m',
      severity: 'warning',
      summary: 'One of a hundred reviews takes longer than half a second.',
    }),
  ];
}
