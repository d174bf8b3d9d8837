// Rules that say each construct of the language once: those that CEL can say, and those that it cannot, with the reason. Conditions of
// a `defend` rule that blocks, unless a rule is written out.

/** Conditions that become native policies. */
export const native: readonly string[] = [
  // fields that may be missing
  'object is Pod && (object.spec.hostNetwork ?? false)',
  'object is Pod && object.spec.hostNetwork != none',
  'object is Pod && object.spec.hostNetwork == none',
  'object is Pod && object.spec.serviceAccountName == ""',
  'object is Pod && object.spec.securityContext?.runAsNonRoot != none && object.spec.securityContext.runAsNonRoot == false',
  'object is Pod && (object.spec.securityContext?.runAsUser ?? 0) == 0',
  'object is Pod && object.spec.securityContext?.seccompProfile?.type == optional.of("Unconfined")',
  'object is Pod && object.spec.priority == optional.of(5)',
  'object is Pod && object.spec.priority != object.spec.terminationGracePeriodSeconds',
  'object is Pod && has(object.spec.securityContext)',
  'object is Deployment && (object.spec.replicas ?? 1) > 2',
  // lists and maps
  'object is Pod && object.spec.containers.exists(c, c.securityContext?.privileged ?? false)',
  'object is Pod && object.spec.containers.all(c, c.image.startsWith("a/"))',
  'object is Pod && object.spec.containers.exists_one(c, c.image.contains("@"))',
  'object is Pod && size(object.spec.containers) > 1',
  'object is Pod && object.spec.containers.filter(c, c.image.endsWith(":latest")).size() > 0',
  'object is Pod && object.spec.containers.map(c, c.image).exists(i, i == "")',
  'object is Pod && (object.spec.containers + object.spec.initContainers).exists(c, c.image == "")',
  'object is Pod && object.spec.containers.exists(c, c.ports.exists(p, (p.hostPort ?? 0) != 0))',
  'object is Pod && object.spec.containers.exists(c, c.securityContext?.capabilities?.add.exists(k, k not in ["NET_BIND_SERVICE"]) ?? false)',
  'object is Pod && object.spec.containers.exists(c, object.spec.volumes.exists(v, v.name == c.name))',
  'object is Pod && object.spec.volumes.exists(v, v.hostPath != none)',
  'object is Pod && object.spec.containers[0].image == "c@sha256:00"',
  'object is Pod && object.spec.containers[?0]?.image == optional.of("c@sha256:00")',
  'object.metadata.labels[?"owner"] == none',
  'object.metadata.labels[?"owner"] == optional.of("a")',
  '(object.metadata.labels[?"owner"] ?? "") == ""',
  '"owner" not in object.metadata.labels',
  'object.metadata.labels["owner"] == "a"',
  'object.metadata.annotations.exists(k, k.startsWith("x/"))',
  'object.metadata.labels.exists(k, v, k == "app" && v == "x")',
  'size(object.metadata.labels) == 0',
  'object is ConfigMap && "k" in object.data && object.data["k"] == "v"',
  // kinds
  'object is Pod || object is Service',
  'object is Service && object.spec.type == "NodePort"',
  'object is CronJob && object.spec.jobTemplate.spec?.suspend == optional.of(true)',
  'object is Deployment && object.spec.template.spec.containers.exists(c, !c.image.contains("@"))',
  'object is Pod && object.metadata.namespace == "shop" && object.metadata.name != ""',
  'object is Pod && object.metadata.labels[?"app"] != none && object.kind != "Pod"',
  'object.kind == "Widget" && object.apiVersion.endsWith("/v1")',
  'old_object != none && old_object.kind == object.kind',
  'old_object != none && old_object.metadata.name != object.metadata.name',
  'old_object is Pod && old_object.spec.containers.exists(c, c.image == "")',
  'old_object is Pod && object is Pod && old_object.metadata.labels == object.metadata.labels',
  // the request
  'operation in ["CREATE", "UPDATE"] && namespace != ""',
  'user.groups.exists(g, g == "admins") || user.name == "root"',
  'kind.kind == "Pod" && dry_run',
  'operation == "DELETE" && "admins" not in user.groups',
  'namespace.startsWith("kube-") && subresource == ""',
  'request_kind.kind == "Pod" && namespace_object == none',
  'namespace_object?.metadata.labels[?"team"] == optional.of("a")',
  'namespace_object != none && !namespace_object.metadata.labels.exists(k, k == "team")',
  // strings
  'object.metadata.name.matches(re"^[a-z]+$")',
  'object.metadata.name.matches(re"(?i)WEB|^w-\\d$")',
  'object is Pod && object.spec.containers.exists(c, c.image.split("/")[0] not in ["a", "b"])',
  'object is Pod && object.spec.containers.exists(c, c.image.split("/")[?1] == none)',
  'object is Pod && object.spec.containers.exists(c, c.image.split("@", 2).size() == 2)',
  'object is Pod && object.spec.containers.exists(c, c.image.lowerAscii() == "a/b:1")',
  'object is Pod && object.spec.containers.exists(c, c.image.indexOf(":") > 0 && c.image.substring(c.image.lastIndexOf(":") + 1) == "1")',
  'object is Pod && object.spec.containers.exists(c, c.image.replace("a", "b").startsWith("b/"))',
  'object is Pod && object.spec.containers.map(c, c.name).join(",") == "c"',
  'object.metadata.name.size() > 3',
  'object.metadata.name < "w"',
  'object.metadata.name == "quote\\"\\\\ \\n"',
  // numbers, time
  'object is Deployment && (object.spec.replicas ?? 0) + 9223372036854775800 > 9223372036854775801',
  'object is Deployment && 100 / (object.spec.replicas ?? 0) > 30',
  'object is Deployment && 100 % (object.spec.replicas ?? 1) == 1',
  'object is Deployment && -(object.spec.replicas ?? 0) < -2',
  'object is Pod && object.spec.containers.exists(c, double(c.resources?.limits[?"cpu"] ?? "0") > 1.7)',
  'object is Pod && object.spec.containers.exists(c, double(c.resources?.limits[?"memory"] ?? "0") > 0.5)',
  'object is Pod && object.spec.containers.exists(c, double(c.image) > 0.5 || c.name == "v")',
  'math.greatest(object.metadata.labels.size(), 1) == 1',
  'object.metadata.creationTimestamp != none && object.metadata.creationTimestamp < timestamp("2026-01-01T00:00:00Z")',
  '(object.metadata.creationTimestamp ?? timestamp("2026-01-01T00:00:00Z")).getFullYear() == 2026',
  'object.metadata.creationTimestamp != none && object.metadata.creationTimestamp + duration("1h") > timestamp("2026-01-01T00:30:00Z")',
  // values that are integer or text
  'object is Service && object.spec.ports.exists(p, type(p.targetPort ?? dyn(0)) == string)',
  'object is Service && object.spec.ports.exists(p, (p.targetPort ?? dyn("")) == dyn(80))',
  // errors and what absorbs them
  'object.metadata.labels["owner"] == "a" || object.metadata.name == "web"',
  'object.metadata.labels["owner"] == "a" && object.metadata.name == "web"',
  'object is Pod && object.spec.containers.exists(c, c.image.split("/")[1] == "b:1")',
  'object is Pod && object.spec.containers.all(c, c.image.split("/")[1] == "b:1")',
  'object.metadata.name == "web" ? object.metadata.labels["owner"] == "a" : false',
  '!(object.metadata.labels["owner"] == "a")',
];

/** Rules that become native policies, with what they name; the last is looked at. */
export const nativeRules: readonly string[] = [
  `detect Host on S.admission { when object is Pod && (object.spec.hostNetwork ?? false) }
   defend R on S.admission { when Host && operation == "CREATE" block "no {namespace}/{object.metadata.name}" }`,
  `detect Labelled on S.admission { when object.metadata.labels["owner"] == "a" }
   defend R on S.admission { when operation == "CREATE" && Labelled block }`,
  `detect Sum on S.admission {
     score 3 when object is Pod && (object.spec.hostNetwork ?? false)
     score 2 when object.metadata.name == ""
     score 1 when "owner" not in object.metadata.labels
     threshold 4
   }
   defend R on S.admission { when Sum block "score" }`,
  `exempt R { when namespace == "kube-system" until 2099-01-01 owner "o" reason "r" }
   defend R on S.admission { when object is Pod && (object.spec.hostNetwork ?? false) block }`,
  `exempt R { when object.metadata.labels["owner"] == "a" until 2099-01-01 owner "o" reason "r" }
   defend R on S.admission { when object is Pod block }`,
  `pattern digest = re"@sha256:[0-9a-f]{2}"
   detect R on S.admission { when object is Pod find digest in object.spec.containers[*].image }`,
  `pattern marks = words ["c", "web"]
   detect R on S.admission { find marks in object.metadata.name }`,
  `defend R on S.admission { mode warn when object is Pod && object.metadata.labels[?"owner"] == none block "say who owns {object.metadata.name}" }`,
  `defend R on S.admission { mode observe when object is Service block }`,
  `defend R on S.admission { when object is Service alert "a service" }`,
  `fn first(text: string) -> string = text.split("/")[0]
   set trusted = ["a", "registry.example"]
   defend R on S.admission { when object is Pod && object.spec.containers.exists(c, first(c.image) not in trusted) block "images of {k8s.names(object.spec.containers)}" }`,
];

/** Rules that CEL cannot say, and why. */
export const refused: readonly (readonly [string, string])[] = [
  [
    'pattern card = re"\\\\d{16}" where luhn(match)\ndetect R on S.admission { find card in object.metadata.name }',
    'CEL cannot run the validator of the pattern `t.card`',
  ],
  [
    'pattern key = re"[a-z]{8}" near "key" within 10\ndetect R on S.admission { find key in object.metadata.name }',
    'CEL cannot look for words near the pattern `t.key`',
  ],
  [
    'pattern key = re"[a-z]{8}"\ndetect R on S.admission { find key in normalized(object.metadata.name) }',
    'CEL has no normalised view of a text',
  ],
  [
    'pattern key = re"[a-z]{8}"\ndetect R on S.admission { find key in object.metadata.name message "{count}" }',
    'CEL cannot tell the matches of a pattern',
  ],
  [
    'data names: set<string> from "data.json"\ndefend R on S.admission { when object.metadata.name in names block }',
    'the data document of the bundle is not at hand in a native policy',
  ],
  ['defend R on S.admission { when uid == "x" block }', 'a native policy does not see `uid` of the request'],
  ['discover R on S.admission { flow object.kind -> namespace }', 'an inventory is no affair of a policy'],
  ['defend R on S.admission { when object is Pod quarantine object.metadata.name }', 'a policy cannot `quarantine`'],
  [
    'defend R on S.admission { when object.metadata.labels["owner"] == "a" mode warn block }',
    'an error of the rule has to deny, and this policy would only report it',
  ],
  [
    'defend R on S.admission { when object.metadata.labels.map(k, k).join("") == "a" block }',
    'CEL does not keep the order of keys in a map',
  ],
  [
    'defend R on S.admission { when object is Pod && old_object is Pod && object.spec == old_object.spec block }',
    'CEL compares records with the fields that they leave out',
  ],
  [
    'defend R on S.admission { when object is Pod && object.spec.containers.exists(c, c.env.exists(e, c.ports.exists(p, p.name == e.name && p.protocol == e.value))) block }',
    'CEL may cost',
  ],
];

/** Rules that change an object, which become native policies from 1.36 on. */
export const changes: readonly string[] = [
  'object is Deployment set object.spec.replicas = 3',
  'object is Deployment && (object.spec.replicas ?? 0) > 2 set object.metadata.labels["team/owner"] = "x~y"',
  'object is Pod && !(object.spec.hostNetwork ?? false) set object.spec.automountServiceAccountToken = false',
  'object is Pod set object.spec.securityContext.seccompProfile.type = "RuntimeDefault"',
  'object is Pod set object.spec.securityContext = { runAsNonRoot: true, runAsUser: 1000 }',
  'object is Pod set object.spec.tolerations = object.spec.tolerations + [{ key: "gpu", operator: "Exists" }, { key: "x" }]',
  'object is Pod set object.metadata.annotations["x/checked"] = "yes"',
  'object is Pod set object.spec.nodeSelector["pool"] = object.spec.serviceAccountName',
  'object is Service && object.spec.type == "NodePort" set object.spec.type = "ClusterIP"',
  'operation == "CREATE" && "owner" not in object.metadata.labels set object.metadata.labels["owner"] = namespace',
];
