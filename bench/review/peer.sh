#!/usr/bin/env bash
# What a team writes by hand for the same: a review environment by kubectl, psql and curl. It looks at nothing beforehand,
# knows no other run, and says nothing of a failure but what the programs say.
# Given: KUBECTL, KUBECONFIG, FOLDER (manifests), NAMESPACE, APP, MIGRATION, URL, WHAT (new or update), MODE (isolated or
# shared), SERVER, ROLE, PASSWORD, TEMPLATE, TEMPLATE_OWNER, API, REPOSITORY, TOKEN, NUMBER, SHA.
set -euo pipefail

k() { "$KUBECTL" --namespace "$NAMESPACE" "$@"; }
# shellcheck disable=SC2016 # expanded in the pod
on_server() { "$KUBECTL" --namespace "$SERVER" exec -i postgres-15-0 -- sh -c 'PGPASSWORD="$POSTGRES_PASSWORD" exec psql -Xq -v ON_ERROR_STOP=1 -h "$HOSTNAME" -U "$POSTGRES_USER" -d "$1"' sh "$1"; }
github() { curl -fsS -X "$1" "$API/repos/$REPOSITORY/$2" -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' ${3:+-d "$3"}; }
id_of() { grep -o '"id":[0-9]*' | head -n 1 | cut -d : -f 2; }
step() { echo "step $1 $(date +%s%N)"; }

step GitHub
deployment=$(github POST deployments "{\"ref\":\"$SHA\",\"environment\":\"review/pr-$NUMBER\",\"auto_merge\":false,\"required_contexts\":[]}" | id_of)
github POST "deployments/$deployment/statuses" '{"state":"in_progress"}' > /dev/null
if [ "$WHAT" = new ]; then
  comment=$(github POST "issues/$NUMBER/comments" "{\"body\":\"Review environment: $URL is coming\"}" | id_of)
else
  comment=$(github GET "issues/$NUMBER/comments?per_page=100" | id_of)
fi

step namespace
"$KUBECTL" apply -f "$FOLDER/namespace.yaml" -f "$FOLDER/walls.yaml"

step database
[ "$WHAT" = update ] || k apply -f "$FOLDER/secret.yaml"
if [ "$MODE" = isolated ]; then
  k apply -f "$FOLDER/database.yaml"
  k rollout status statefulset/database --timeout=300s
elif [ "$WHAT" = new ]; then
  printf '%s\n' "create role $ROLE login password '$PASSWORD';" \
    "create database $ROLE template $TEMPLATE strategy file_copy owner $ROLE;" | on_server postgres
  echo "reassign owned by $TEMPLATE_OWNER to $ROLE;" | on_server "$ROLE"
fi

step migrate
k apply -f "$FOLDER/migrate.yaml"
k wait --for=condition=complete "job/$MIGRATION" --timeout=300s

if [ "$MODE" = isolated ] && [ "$WHAT" = new ]; then
  step seed
  k exec -i database-0 -- env PGPASSWORD="$PASSWORD" psql -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 -U "$ROLE" -d "$ROLE" < "$FOLDER/seed.sql"
fi

step app
k apply -f "$FOLDER/app.yaml"
k rollout status "deployment/$APP" --timeout=300s

step url
until curl -fsS -o /dev/null "$URL/healthz"; do sleep 0.2; done

step GitHub
github POST "deployments/$deployment/statuses" "{\"state\":\"success\",\"environment_url\":\"$URL\"}" > /dev/null
github PATCH "issues/comments/$comment" "{\"body\":\"Review environment: $URL\"}" > /dev/null
step end
