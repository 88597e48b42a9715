{{/*
Kafka clients read passwords, keys and certificates themselves, from mounted Secrets, by Kafka's DirectoryConfigProvider: the
configuration holds references only. Everything here takes (dict "root" $ "region" {an entry of regions} "service" "proxy" or
"replicator"): proxies, sidecars among them, and replicators are different users of Kafka, and no pod has the other's Secret.
*/}}
{{- define "nearside.kafka.directory" -}}
/etc/nearside/kafka/{{ .region.name }}
{{- end -}}

{{/* What `sasl` says of one service's user, as JSON. */}}
{{- define "nearside.kafka.user" -}}
{{- $sasl := default dict .region.kafka.sasl -}}
{{- default dict (index $sasl .service) | toJson -}}
{{- end -}}

{{/* Name of the Secret with username and password; empty without SASL or with a mechanism that needs none. */}}
{{- define "nearside.kafka.saslSecret" -}}
{{- $user := include "nearside.kafka.user" . | fromJson -}}
{{- if $user.secretName -}}{{ $user.secretName }}
{{- else if $user.username -}}{{ include "nearside.fullname" .root }}-kafka-{{ .service }}-{{ .region.name }}
{{- end -}}
{{- end -}}

{{/* Name of the Secret with the certificate that a service shows; empty without mutual TLS. */}}
{{- define "nearside.kafka.clientSecret" -}}
{{- $tls := default dict .region.kafka.tls -}}
{{- index $tls (printf "%sClientSecretName" .service) | default "" -}}
{{- end -}}

{{/* Fails where a region's Kafka would be used as somebody else, or a password would cross the network readable. */}}
{{- define "nearside.kafka.check" -}}
{{- $name := .region.name -}}
{{- $kafka := .region.kafka -}}
{{- $sasl := default dict $kafka.sasl -}}
{{- $tls := default dict $kafka.tls -}}
{{- if or $sasl.secretName $sasl.username $tls.clientSecretName -}}
{{- fail (printf "regions, %s: proxies and replicators are different users of Kafka; write kafka.sasl.proxy and kafka.sasl.replicator, each with a secretName, and for mutual TLS kafka.tls.proxyClientSecretName and kafka.tls.replicatorClientSecretName" $name) -}}
{{- end -}}
{{- if and $sasl.mechanism (not $tls.enabled) (not $sasl.allowPlaintext) -}}
{{- fail (printf "regions, %s: SASL without TLS sends what identifies the client over a readable connection; write kafka.tls.enabled: true, or, where something else encrypts it, kafka.sasl.allowPlaintext: true" $name) -}}
{{- end -}}
{{- $proxy := include "nearside.kafka.user" (dict "region" .region "service" "proxy") | fromJson -}}
{{- $replicator := include "nearside.kafka.user" (dict "region" .region "service" "replicator") | fromJson -}}
{{- if and $proxy.secretName (eq $proxy.secretName (default "" $replicator.secretName)) -}}
{{- fail (printf "regions, %s: kafka.sasl.proxy and kafka.sasl.replicator name the same Secret; whoever reads a sidecar's must not be a replicator" $name) -}}
{{- end -}}
{{- if and $tls.proxyClientSecretName (eq $tls.proxyClientSecretName (default "" $tls.replicatorClientSecretName)) -}}
{{- fail (printf "regions, %s: kafka.tls.proxyClientSecretName and kafka.tls.replicatorClientSecretName are the same Secret; whoever reads a sidecar's must not be a replicator" $name) -}}
{{- end -}}
{{- $mine := include "nearside.kafka.user" . | fromJson -}}
{{- $needsUser := or (eq (default "" $sasl.mechanism) "PLAIN") (hasPrefix "SCRAM-" (default "" $sasl.mechanism)) -}}
{{- $jaas := hasKey (default dict $kafka.properties) "sasl.jaas.config" -}}
{{- if and $needsUser (not $jaas) (not $mine.secretName) (not $mine.username) -}}
{{- fail (printf "regions, %s: kafka.sasl.%s names no Secret; %s needs a username and a password" $name .service $sasl.mechanism) -}}
{{- end -}}
{{- end -}}

{{- define "nearside.kafka.config" -}}
{{- include "nearside.kafka.check" . -}}
{{- $directory := include "nearside.kafka.directory" . -}}
{{- $kafka := .region.kafka -}}
{{- $sasl := default dict $kafka.sasl -}}
{{- $tls := default dict $kafka.tls -}}
{{- $client := include "nearside.kafka.clientSecret" . -}}
{{- $properties := dict -}}
{{- if or $sasl.mechanism $tls.enabled -}}
{{- $protocol := printf "%s%s" (ternary "SASL_" "" (not (empty $sasl.mechanism))) (ternary "SSL" "PLAINTEXT" (default false $tls.enabled)) -}}
{{- $_ := set $properties "security.protocol" $protocol -}}
{{- end -}}
{{- if or (include "nearside.kafka.saslSecret" .) $tls.caSecretName $client -}}
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
{{- if $client -}}
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
{{- if include "nearside.kafka.clientSecret" . }}
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
{{- with include "nearside.kafka.clientSecret" . }}
- name: kafka-client-{{ $name }}
  secret:
    secretName: {{ . }}
{{- end }}
{{- end -}}
