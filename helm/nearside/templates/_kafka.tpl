{{/*
Kafka clients read passwords, keys and certificates themselves, from mounted Secrets, by Kafka's DirectoryConfigProvider: the
configuration holds references only. Everything here takes (dict "root" $ "region" {an entry of regions}).
*/}}
{{- define "nearside.kafka.directory" -}}
/etc/nearside/kafka/{{ .region.name }}
{{- end -}}

{{/* Name of the Secret with username and password; empty without SASL or with a mechanism that needs none. */}}
{{- define "nearside.kafka.saslSecret" -}}
{{- with .region.kafka.sasl -}}
{{- if .secretName -}}{{ .secretName }}
{{- else if .username -}}{{ include "nearside.fullname" $.root }}-kafka-{{ $.region.name }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "nearside.kafka.config" -}}
{{- $directory := include "nearside.kafka.directory" . -}}
{{- $kafka := .region.kafka -}}
{{- $sasl := default dict $kafka.sasl -}}
{{- $tls := default dict $kafka.tls -}}
{{- $properties := dict -}}
{{- if or $sasl.mechanism $tls.enabled -}}
{{- $protocol := printf "%s%s" (ternary "SASL_" "" (not (empty $sasl.mechanism))) (ternary "SSL" "PLAINTEXT" (default false $tls.enabled)) -}}
{{- $_ := set $properties "security.protocol" $protocol -}}
{{- end -}}
{{- if or (include "nearside.kafka.saslSecret" .) $tls.caSecretName $tls.clientSecretName -}}
{{- $_ := set $properties "config.providers" "dir" -}}
{{- $_ := set $properties "config.providers.dir.class" "org.apache.kafka.common.config.provider.DirectoryConfigProvider" -}}
{{- $_ := set $properties "config.providers.dir.param.allowed.paths" $directory -}}
{{- end -}}
{{- with $sasl.mechanism -}}
{{- $_ := set $properties "sasl.mechanism" . -}}
{{- if include "nearside.kafka.saslSecret" $ -}}
{{- $module := ternary "plain.PlainLoginModule" "scram.ScramLoginModule" (eq . "PLAIN") -}}
{{- $jaas := printf "org.apache.kafka.common.security.%s required username=\"${dir:%s/sasl:username}\" password=\"${dir:%s/sasl:password}\";" $module $directory $directory -}}
{{- $_ := set $properties "sasl.jaas.config" $jaas -}}
{{- end -}}
{{- end -}}
{{- if $tls.caSecretName -}}
{{- $_ := set $properties "ssl.truststore.type" "PEM" -}}
{{- $_ := set $properties "ssl.truststore.certificates" (printf "${dir:%s/ca:ca.crt}" $directory) -}}
{{- end -}}
{{- if $tls.clientSecretName -}}
{{- $_ := set $properties "ssl.keystore.type" "PEM" -}}
{{- $_ := set $properties "ssl.keystore.certificate.chain" (printf "${dir:%s/client:tls.crt}" $directory) -}}
{{- $_ := set $properties "ssl.keystore.key" (printf "${dir:%s/client:tls.key}" $directory) -}}
{{- end -}}
{{- $properties = mergeOverwrite $properties (default dict $kafka.properties) -}}
bootstrap-servers: {{ $kafka.bootstrapServers | quote }}
{{- with $properties }}
properties: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "nearside.kafka.mounts" -}}
{{- $directory := include "nearside.kafka.directory" . -}}
{{- $name := .region.name -}}
{{- $tls := default dict .region.kafka.tls -}}
{{- if include "nearside.kafka.saslSecret" . }}
- name: kafka-sasl-{{ $name }}
  mountPath: {{ $directory }}/sasl
  readOnly: true
{{- end }}
{{- if $tls.caSecretName }}
- name: kafka-ca-{{ $name }}
  mountPath: {{ $directory }}/ca
  readOnly: true
{{- end }}
{{- if $tls.clientSecretName }}
- name: kafka-client-{{ $name }}
  mountPath: {{ $directory }}/client
  readOnly: true
{{- end }}
{{- end -}}

{{- define "nearside.kafka.volumes" -}}
{{- $name := .region.name -}}
{{- $tls := default dict .region.kafka.tls -}}
{{- with include "nearside.kafka.saslSecret" . }}
- name: kafka-sasl-{{ $name }}
  secret:
    secretName: {{ . }}
{{- end }}
{{- with $tls.caSecretName }}
- name: kafka-ca-{{ $name }}
  secret:
    secretName: {{ . }}
{{- end }}
{{- with $tls.clientSecretName }}
- name: kafka-client-{{ $name }}
  secret:
    secretName: {{ . }}
{{- end }}
{{- end -}}
