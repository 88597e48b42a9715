{{- define "nearside.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Prefix of all names. Short enough for "-replicator-ap-southeast-2" to follow within 63 characters. */}}
{{- define "nearside.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 36 | trimSuffix "-" -}}
{{- else if contains (include "nearside.name" .) .Release.Name -}}
{{- .Release.Name | trunc 36 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "nearside.name" .) | trunc 36 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What never changes between releases: (dict "root" $ "component" "proxy" "region" "us-east-1") */}}
{{- define "nearside.selectorLabels" -}}
app.kubernetes.io/name: {{ include "nearside.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .region }}
nearside.io/region: {{ . }}
{{- end }}
{{- end -}}

{{- define "nearside.labels" -}}
{{ include "nearside.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: nearside
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "repository" "nearside/proxy") */}}
{{- define "nearside.image" -}}
{{- $image := .root.Values.image -}}
{{- $tag := default .root.Chart.AppVersion $image.tag -}}
{{- with $image.registry }}{{ trimSuffix "/" . }}/{{ end }}{{ .repository }}:{{ $tag }}
{{- end -}}

{{- define "nearside.serviceAccountName" -}}
{{- $account := (index .root.Values .component).serviceAccount -}}
{{- if $account.create -}}
{{- default (printf "%s-%s" (include "nearside.fullname" .root) .component) $account.name -}}
{{- else -}}
{{- default "default" $account.name -}}
{{- end -}}
{{- end -}}

{{/* The names of the regions whose replicator this release runs, as JSON. */}}
{{- define "nearside.replicatorRegions" -}}
{{- default (list .Values.region) .Values.replicator.regions | toJson -}}
{{- end -}}

{{/* The entry of `regions` with a name, as JSON; {} if there is none: (dict "root" $ "name" "us-east-1") */}}
{{- define "nearside.region" -}}
{{- $found := dict -}}
{{- range .root.Values.regions -}}
{{- if eq .name $.name -}}{{- $found = . -}}{{- end -}}
{{- end -}}
{{- $found | toJson -}}
{{- end -}}

{{- define "nearside.requiredRegion" -}}
{{- $region := include "nearside.region" . | fromJson -}}
{{- if not $region.name -}}
{{- fail (printf "region %s is not in regions; add an entry {name: %s, id: …, kafka: {bootstrapServers: …}}" .name .name) -}}
{{- end -}}
{{- if not $region.kafka -}}
{{- fail (printf "region %s has no kafka in regions; its replicator writes the region's changes there" .name) -}}
{{- end -}}
{{- $region | toJson -}}
{{- end -}}

{{/* Pod-level security: not root, no privileges, the runtime's default filter. */}}
{{- define "nearside.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "nearside.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Environment of every container: (dict "root" $ "javaOptions" "…" "nodeId" true) */}}
{{- define "nearside.env" -}}
{{- if .nodeId -}}
- name: NEARSIDE_NODE_ID
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{ end -}}
- name: JDK_JAVA_OPTIONS
  value: {{ .javaOptions | quote }}
- name: LOG_FORMAT
  value: {{ .root.Values.logs.format | quote }}
- name: LOG_LEVEL
  value: {{ .root.Values.logs.level | quote }}
{{- end -}}

{{/*
The admin section of a service's configuration, as YAML: (dict "root" $ "host" "0.0.0.0" "port" 8002 "service" {the name of the Service in front}). Probes have a
port of their own, which says no more than they need to know: kubelets reach it wherever the admin port listens and whoever else is kept from it.
*/}}
{{- define "nearside.admin" -}}
host: {{ .host }}
port: {{ .port }}
health-port: 8006
{{- with .service }}
hosts:
  - {{ . }}
  - {{ . }}.{{ $.root.Release.Namespace }}
  - {{ . }}.{{ $.root.Release.Namespace }}.svc
  - {{ . }}.{{ $.root.Release.Namespace }}.svc.cluster.local
{{- end }}
{{- end -}}

{{/* Probes on the health port; takes the values' probes. */}}
{{- define "nearside.probes" -}}
startupProbe:
  httpGet:
    path: /health/live
    port: health
  periodSeconds: 1
  timeoutSeconds: {{ .timeoutSeconds }}
  failureThreshold: {{ .startupSeconds }}
livenessProbe:
  httpGet:
    path: /health/live
    port: health
  periodSeconds: {{ .periodSeconds }}
  timeoutSeconds: {{ .timeoutSeconds }}
  failureThreshold: {{ .failureThreshold }}
readinessProbe:
  httpGet:
    path: /health/ready
    port: health
  periodSeconds: {{ .periodSeconds }}
  timeoutSeconds: {{ .timeoutSeconds }}
  failureThreshold: {{ .failureThreshold }}
{{- end -}}

{{/* Where the pods go: (dict "root" $ "values" .Values.proxy "selector" (…labels…)) */}}
{{- define "nearside.placement" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: {{ .values.zoneSpread }}
    labelSelector:
      matchLabels: {{- .selector | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: {{ .values.nodeSpread }}
    labelSelector:
      matchLabels: {{- .selector | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}
