// Answers requests with the decision of @cloud-copilot/iam-simulate. One JSON value a line on standard input:
//
//   {"define": "name", "documents": [{"name": "...", "policy": {...}}]}   keeps documents under a name
//   {"id": 7, "request": {...}, "identity": [names], "boundary": [names], "endpoint": [names], "organization": [names],
//    "resourceControl": [names], "resource": name}                       decides one request
//
// and one line on standard output for each request, in order. The library is AGPL-licensed: this process is used by
// tests only, is never linked into anything, and is not shipped.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

const sets = new Map()
const documents = (names) => (names ?? []).flatMap((name) => {
  if (!sets.has(name)) throw new Error(`no documents are called ${name}`)
  return sets.get(name)
})

// The Sids of statements that decided, with what holds them.
const decisive = (analysis) => {
  const found = []
  const visit = (layer, part) => {
    for (const [effect, list] of [['Deny', part?.denyStatements], ['Allow', part?.allowStatements]]) {
      for (const s of list ?? []) found.push({ layer, effect, sid: s.explain?.identifier ?? '', policy: s.policyId ?? '' })
    }
  }
  visit('identity', analysis.identityAnalysis)
  visit('resource', analysis.resourceAnalysis)
  visit('boundary', analysis.permissionBoundaryAnalysis)
  visit('endpoint', analysis.endpointAnalysis)
  for (const [layer, part] of [['scp', analysis.scpAnalysis], ['rcp', analysis.rcpAnalysis]]) {
    for (const ou of part?.ouAnalysis ?? []) visit(layer, ou)
  }
  return found
}

// What each layer says on its own, whatever the others say.
const layers = (analysis) => {
  const results = {
    identity: analysis.identityAnalysis?.result,
    resource: analysis.resourceAnalysis?.result,
    boundary: analysis.permissionBoundaryAnalysis?.result,
    endpoint: analysis.endpointAnalysis?.result,
    scp: analysis.scpAnalysis?.result,
    rcp: analysis.rcpAnalysis?.result,
  }
  return Object.fromEntries(Object.entries(results).filter(([, result]) => result))
}

const decide = async ({ id, request, identity, boundary, endpoint, organization, resourceControl, resource }) => {
  const level = (names) => names?.length ? [{ orgIdentifier: 'root', policies: documents(names) }] : []
  const simulation = {
    request,
    identityPolicies: documents(identity),
    serviceControlPolicies: level(organization),
    resourceControlPolicies: level(resourceControl),
    ...(boundary?.length ? { permissionBoundaryPolicies: documents(boundary) } : {}),
    ...(endpoint?.length ? { vpcEndpointPolicies: documents(endpoint) } : {}),
    ...(resource ? { resourcePolicy: documents([resource])[0]?.policy } : {}),
  }
  const answer = await runSimulation(simulation, {})
  if (answer.resultType === 'error') return { id, error: JSON.stringify(answer.errors) }
  const single = answer.resultType === 'single' ? answer.result : answer.results[0]
  return {
    id,
    decision: answer.overallResult,
    ignored: single?.ignoredContextKeys ?? [],
    statements: single ? decisive(single.analysis) : [],
    layers: single ? layers(single.analysis) : {},
  }
}

// The library does not know that kms:EncryptionContext:${EncryptionContextKey} covers a key such as the one of CloudWatch
// Logs, and drops it from requests. Another text key of the same actions, which no policy uses, stands for it in
// policies and requests alike.
const contextKey = 'kms:EncryptionContext:aws:logs:arn'
const standIn = 'kms:CallerAccount'
const known = (line) => {
  if (line.includes(standIn)) throw new Error(`${standIn} is in use; let another key stand for ${contextKey}`)
  return line.replaceAll(contextKey, standIn)
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(known(line))
  if (message.define) {
    sets.set(message.define, message.documents)
    continue
  }
  let answer
  try {
    answer = await decide(message)
  } catch (error) {
    answer = { id: message.id, error: String(error?.message ?? error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
