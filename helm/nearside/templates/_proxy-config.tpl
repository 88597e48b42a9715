{{/*
The proxy's configuration file: (dict "root" $ "host" "0.0.0.0" "adminHost" "0.0.0.0" "adminService" {name of the Service in front} "auth" {…} "cacheMaxWeight" "768MiB" "config" {the user's keys}). What the user gives is laid over what the
chart knows, so any key of the configuration reference can be set or changed.
*/}}
{{- define "nearside.proxy.config" -}}
{{- $root := .root -}}
{{- $region := include "nearside.region" (dict "root" $root "name" $root.Values.region) | fromJson -}}
{{- $config := dict
  "service" "proxy"
  "region" $root.Values.region
  "listen" (dict "host" .host "port" 8000)
  "admin" (include "nearside.admin" (dict "root" $root "host" .adminHost "port" 8002 "service" .adminService) | fromYaml)
  "auth" .auth
  "cache" (dict "max-weight" .cacheMaxWeight)
-}}
{{- if .tls -}}
{{- $_ := set $config.listen "tls" (dict "certificate" "/etc/nearside/tls/tls.crt" "private-key" "/etc/nearside/tls/tls.key") -}}
{{- end -}}
{{- with (default $region.dynamodbEndpoint $root.Values.proxy.dynamodbEndpoint) -}}
{{- $_ := set $config "upstream" (dict "endpoint" .) -}}
{{- end -}}
{{- if $region.kafka -}}
{{- $kafka := include "nearside.kafka.config" (dict "root" $root "region" $region "service" "proxy") | fromYaml -}}
{{- $_ := set $config "coherence" (dict "kafka" $kafka) -}}
{{- end -}}
{{- mergeOverwrite $config (deepCopy .config) | toYaml -}}
{{- end -}}

{{/* The network proxy's; its access keys come from the environment. */}}
{{- define "nearside.proxy.networkConfig" -}}
{{- $proxy := .Values.proxy -}}
{{- $auth := dict "mode" "sigv4" -}}
{{- if eq $proxy.auth.mode "none" -}}
{{- $auth = dict "mode" "none" "allow-unauthenticated" true -}}
{{- else if not $proxy.auth.credentialsSecret -}}
{{- fail "proxy.auth: name a Secret with access keys in proxy.auth.credentialsSecret, or write proxy.auth.mode: none to admit every pod that the NetworkPolicy admits" -}}
{{- end -}}
{{- if and (eq $proxy.auth.mode "sigv4") (not $proxy.tls.secretName) (not $proxy.tls.allowPlaintext) -}}
{{- fail "proxy.tls: signatures prove who asks, but protect no answer from being read or changed on its way; name a certificate in proxy.tls.secretName, or, where something else encrypts it, write proxy.tls.allowPlaintext: true" -}}
{{- end -}}
{{- $service := printf "%s-proxy-admin" (include "nearside.fullname" .) -}}
{{- include "nearside.proxy.config" (dict "root" . "host" "0.0.0.0" "adminHost" "0.0.0.0" "adminService" $service "auth" $auth "cacheMaxWeight" $proxy.cacheMaxWeight "config" $proxy.config "tls" $proxy.tls.secretName) -}}
{{- end -}}

{{/* What of it a running proxy cannot take over from the file: a change of that, and of nothing else, rolls the pods and costs them their caches. */}}
{{- define "nearside.proxy.restartConfig" -}}
{{- $config := include "nearside.proxy.networkConfig" . | fromYaml -}}
{{- $config = omit $config "tables" -}}
{{- $_ := set $config "cache" (omit $config.cache "enabled" "item" "query" "scans" "refresh-ahead" "stale-while-revalidate" "stale-if-error") -}}
{{- $_ := set $config "admin" (omit $config.admin "actions-enabled") -}}
{{- toYaml $config -}}
{{- end -}}

{{/* How callers reach the network proxy. */}}
{{- define "nearside.proxy.scheme" -}}
{{- ternary "https" "http" (not (empty .Values.proxy.tls.secretName)) -}}
{{- end -}}

{{/* A sidecar's: only the pod's own containers reach it, its admin port too unless the values say otherwise. */}}
{{- define "nearside.proxy.sidecarConfig" -}}
{{- $sidecar := .Values.sidecar -}}
{{- include "nearside.proxy.config" (dict "root" . "host" "127.0.0.1" "adminHost" $sidecar.adminHost "auth" (dict "mode" "none") "cacheMaxWeight" $sidecar.cacheMaxWeight "config" $sidecar.config) -}}
{{- end -}}
