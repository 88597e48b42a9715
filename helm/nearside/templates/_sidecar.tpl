{{/*
A proxy beside an application, for charts that depend on this one. In the application's pod template:

  spec:
    enableServiceLinks: false
    initContainers:
      {{- include "nearside.sidecar.container" (dict "root" (index .Subcharts "nearside")) | nindent 6 }}
    volumes:
      {{- include "nearside.sidecar.volumes" (dict "root" (index .Subcharts "nearside")) | nindent 6 }}

An init container with restartPolicy Always starts before the application's containers and stops after them, so no request of the
application ever finds the proxy missing. It listens on loopback: nobody outside the pod can use it; the health port alone is there for the kubelet.
*/}}
{{- define "nearside.sidecar.configMapName" -}}
{{ include "nearside.fullname" .root }}-sidecar
{{- end -}}

{{- define "nearside.sidecar.container" -}}
{{- $root := .root -}}
{{- $region := include "nearside.region" (dict "root" $root "name" $root.Values.region) | fromJson -}}
- name: nearside
  image: {{ include "nearside.image" (dict "root" $root "repository" $root.Values.image.proxyRepository) }}
  imagePullPolicy: {{ $root.Values.image.pullPolicy }}
  restartPolicy: Always
  args: [--config, /etc/nearside/config/proxy.yaml]
  env: {{- include "nearside.env" (dict "root" $root "javaOptions" $root.Values.sidecar.javaOptions "nodeId" true) | nindent 4 }}
  ports:
    - name: health
      containerPort: 8006
    {{- if ne $root.Values.sidecar.adminHost "127.0.0.1" }}
    - name: admin
      containerPort: 8002
    {{- end }}
  startupProbe:
    httpGet:
      path: /health/live
      port: health
    periodSeconds: 1
    timeoutSeconds: {{ $root.Values.proxy.probes.timeoutSeconds }}
    failureThreshold: {{ $root.Values.proxy.probes.startupSeconds }}
  livenessProbe:
    httpGet:
      path: /health/live
      port: health
    periodSeconds: {{ $root.Values.proxy.probes.periodSeconds }}
    timeoutSeconds: {{ $root.Values.proxy.probes.timeoutSeconds }}
    failureThreshold: {{ $root.Values.proxy.probes.failureThreshold }}
  resources: {{- toYaml $root.Values.sidecar.resources | nindent 4 }}
  securityContext: {{- include "nearside.containerSecurity" $root | nindent 4 }}
  volumeMounts:
    - name: nearside-config
      mountPath: /etc/nearside/config
      readOnly: true
    - name: nearside-tmp
      mountPath: /tmp
    {{- if $region.kafka }}
    {{- include "nearside.kafka.mounts" (dict "root" $root "region" $region "service" "proxy") | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "nearside.sidecar.volumes" -}}
{{- $root := .root -}}
{{- $region := include "nearside.region" (dict "root" $root "name" $root.Values.region) | fromJson -}}
- name: nearside-config
  configMap:
    name: {{ include "nearside.sidecar.configMapName" (dict "root" $root) }}
- name: nearside-tmp
  emptyDir:
    medium: Memory
    sizeLimit: 16Mi
{{- if $region.kafka }}
{{- include "nearside.kafka.volumes" (dict "root" $root "region" $region "service" "proxy") }}
{{- end }}
{{- end -}}
