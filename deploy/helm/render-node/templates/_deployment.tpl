{{/* A node's Deployment; a dict of "root" and "component": "node", or "front" for one that answers and renders nothing. */}}
{{- define "render-node.deployment" -}}
{{- $root := .root }}
{{- $values := .root.Values }}
{{- $fleet := eq $values.mode "fleet" }}
{{- $front := eq .component "front" }}
{{- $gpu := and $values.gpu.enabled (not $front) }}
{{- $name := ternary "render-node-front" "render-node" $front }}
{{- $disk := ternary "3Gi" (ternary "14Gi" (ternary "12Gi" "2Gi" $fleet) $gpu) $front }}
{{- $memory := ternary "768Mi" (printf "%dGi" (int $values.node.memoryGiB)) $front }}
{{- $blender := div (sub (mul (int $values.node.memoryGiB) 1024) 512) (int $values.node.slots) }}
{{- $grace := ternary 0 (int $values.node.shutdownGraceSeconds) $front }}
{{- $claims := ternary "render-fleet" "render" $fleet }}
{{- /* One that is scaled and changed at once would first start three of the old kind on one disk. */}}
{{- $there := dict }}
{{- if $root.Release.IsUpgrade }}
{{- $there = lookup "apps/v1" "Deployment" $root.Release.Namespace $name }}
{{- end }}
{{- range dig "spec" "template" "spec" "volumes" (list) $there }}
{{- if and (eq .name "data") (eq (hasKey . "persistentVolumeClaim") $fleet) }}
{{- fail (printf "This is another mode than before: first kubectl -n %s delete deployment %s" $root.Release.Namespace $name) }}
{{- end }}
{{- end }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    app.kubernetes.io/name: render-node
    app.kubernetes.io/component: {{ .component }}
    {{- include "render-node.labels" $root | nindent 4 }}
spec:
  {{- if $front }}
  replicas: {{ $values.keda.frontReplicas }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  {{- else if not $fleet }}
  replicas: 1
  strategy:
    type: Recreate
  {{- else }}
  {{- if $values.keda.enabled }}
  {{- /* KEDA's to say. As many as there are now, or an upgrade from a fleet without KEDA would drop them to one. */}}
  {{- if $root.Release.IsUpgrade }}
  {{- with lookup "apps/v1" "Deployment" $root.Release.Namespace $name }}
  replicas: {{ .spec.replicas }}
  {{- end }}
  {{- end }}
  {{- else }}
  replicas: {{ $values.replicas }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 1
  {{- end }}
  revisionHistoryLimit: 3
  minReadySeconds: 5
  progressDeadlineSeconds: 1200
  selector:
    matchLabels:
      app.kubernetes.io/name: render-node
      app.kubernetes.io/component: {{ .component }}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: render-node
        app.kubernetes.io/component: {{ .component }}
      annotations:
        # A change of the variables is a rollout.
        checksum/settings: {{ $values.settings | toJson | sha256sum }}
        {{- if not $values.serviceMonitor.enabled }}
        prometheus.io/scrape: "true"
        prometheus.io/port: "3000"
        prometheus.io/path: /metrics
        {{- end }}
        cluster-autoscaler.kubernetes.io/safe-to-evict: {{ $fleet | quote }}
    spec:
      serviceAccountName: render-node
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ if $grace }}{{ add $grace 20 }}{{ else }}{{ ternary 330 45 (and $fleet (not $front)) }}{{ end }}
      securityContext:
        {{- include "render-node.podSecurity" $root | nindent 8 }}
      {{- with $values.imagePullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      {{- with $values.node.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- if not $front }}
      {{- with $values.node.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- with $values.node.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.node.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if or $gpu $values.node.tolerations }}
      tolerations:
        {{- if $gpu }}
        - key: {{ $values.gpu.resource }}
          operator: Exists
          effect: NoSchedule
        {{- end }}
        {{- with $values.node.tolerations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      {{- end }}
      {{- if $fleet }}
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          matchLabelKeys: [pod-template-hash]
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: render-node
        {{- end }}
      {{- end }}
      initContainers:
        - name: demo-scene
          image: {{ include "render-node.image" $root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          command: [/bin/sh, -ec]
          args:
            - |
              test ! -e /scenes/demo.blend || exit 0
              cp /app/blend/files/demo.blend "/scenes/.demo.blend.$RENDER_NODE_NAME"
              mv -n "/scenes/.demo.blend.$RENDER_NODE_NAME" /scenes/demo.blend
              rm -f "/scenes/.demo.blend.$RENDER_NODE_NAME"
          env:
            - name: RENDER_NODE_NAME
              valueFrom:
                fieldRef:
                  apiVersion: v1
                  fieldPath: metadata.name
          securityContext:
            {{- include "render-node.containerSecurity" $root | nindent 12 }}
          resources:
            {{- range list "requests" "limits" }}
            {{ . }}:
              cpu: 100m
              memory: 32Mi
              ephemeral-storage: 16Mi
            {{- end }}
          volumeMounts:
            - name: scenes
              mountPath: /scenes
      containers:
        - name: node
          image: {{ include "render-node.image" $root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          envFrom:
            - configMapRef:
                name: render-settings
          env:
            - name: JAVA_OPTIONS
              value: -Xmx192m
            - name: RENDER_NODE_NAME
              valueFrom:
                fieldRef:
                  apiVersion: v1
                  fieldPath: metadata.name
            - name: PORT
              value: "3000"
            - name: DATA_DIR
              value: /data
            - name: OUTPUT_DIR
              value: /output
            - name: SCENE_DIR
              value: /sent/.scenes
            - name: BLEND_FILE_PATH
              value: /scenes/demo.blend
            - name: RENDER_SLOTS
              value: {{ ternary 0 (int $values.node.slots) $front | quote }}
            - name: RENDER_MEMORY_LIMIT
              value: {{ ternary "3584M" (printf "%dM" $blender) $front }}
            - name: RENDER_SHUTDOWN_GRACE
              value: {{ if $grace }}{{ $grace }}s{{ else }}{{ ternary "5m" "25s" (and $fleet (not $front)) }}{{ end }}
            {{- if $front }}
            - name: RENDER_MOVIE_BYTES
              value: 256M
            - name: RENDER_PREVIEW_BYTES
              value: 128M
            {{- end }}
            - name: HOME
              value: /home/render
            - name: TMPDIR
              value: /tmp
            {{- with $values.tokens.secret }}
            - name: RENDER_API_TOKEN_FILE
              value: /run/tokens/tokens
            {{- end }}
            {{- if $fleet }}
            - name: QUARKUS_PROFILE
              value: fleet
            - name: DB_URL
              valueFrom:
                secretKeyRef:
                  name: {{ $values.database.secret }}
                  key: url
            - name: DB_USER
              valueFrom:
                secretKeyRef:
                  name: {{ $values.database.secret }}
                  key: user
            - name: DB_PASSWORD_FILE
              value: /run/secrets/database/password
            {{- end }}
            {{- if $gpu }}
            - name: RENDER_CYCLES_DEVICE
              value: {{ $values.gpu.device }}
            - name: RENDER_NODE_TAGS
              value: gpu
            - name: NVIDIA_DRIVER_CAPABILITIES
              value: compute,utility,graphics
            {{- end }}
          ports:
            - name: http
              containerPort: 3000
              protocol: TCP
          startupProbe:
            httpGet:
              path: /health/started
              port: http
            initialDelaySeconds: 5
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 90
          livenessProbe:
            httpGet:
              path: /health/live
              port: http
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet:
              path: /health/ready
              port: http
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 2
          lifecycle:
            preStop:
              exec:
                command: [sleep, "5"]
          securityContext:
            {{- include "render-node.containerSecurity" $root | nindent 12 }}
          resources:
            requests:
              cpu: {{ ternary "500m" $values.node.cpuRequest $front | quote }}
              memory: {{ $memory }}
              ephemeral-storage: {{ $disk }}
            limits:
              cpu: {{ ternary "1" $values.node.cpuLimit $front | quote }}
              memory: {{ $memory }}
              ephemeral-storage: {{ $disk }}
              {{- if $gpu }}
              {{ $values.gpu.resource }}: "1"
              {{- end }}
          volumeMounts:
            - name: data
              mountPath: /data
            - name: output
              mountPath: /output
            - name: output
              mountPath: /sent
            - name: scenes
              mountPath: /scenes
              readOnly: true
            - name: home
              mountPath: /home/render
            - name: tmp
              mountPath: /tmp
            {{- if $fleet }}
            - name: database
              mountPath: /run/secrets/database
              readOnly: true
            {{- end }}
            {{- with $values.tokens.secret }}
            - name: tokens
              mountPath: /run/tokens
              readOnly: true
            {{- end }}
      volumes:
        - name: data
          {{- if $fleet }}
          emptyDir:
            sizeLimit: {{ ternary "1Gi" "10Gi" $front }}
          {{- else }}
          persistentVolumeClaim:
            claimName: render-data
          {{- end }}
        - name: output
          persistentVolumeClaim:
            claimName: {{ $claims }}-frames
        - name: scenes
          persistentVolumeClaim:
            claimName: {{ $claims }}-scenes
        - name: home
          emptyDir:
            sizeLimit: {{ ternary "2Gi" "512Mi" $gpu }}
        - name: tmp
          emptyDir:
            sizeLimit: 1Gi
        {{- if $fleet }}
        - name: database
          secret:
            secretName: {{ $values.database.secret }}
            defaultMode: 0440
            items:
              - key: password
                path: password
        {{- end }}
        {{- with $values.tokens.secret }}
        - name: tokens
          secret:
            secretName: {{ . }}
            defaultMode: 0440
        {{- end }}
{{- end }}
