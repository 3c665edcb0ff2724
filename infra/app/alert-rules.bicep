metadata description = 'Tells the operators when the guardrail itself does not do its work.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the Application Insights component.')
param insightsName string

@description('Address that is told.')
param operatorsAddress string

@description('Name of the Event Hubs namespace.')
param eventHubNamespaceName string

@description('Stage of the guardrail; off is worth a reminder.')
param stage string

// Every rule reads what the app logs: requests by the name of the function, traces by the activity they begin with.
var rules = [
  {
    name: 'no-sweep'
    title: 'No sweep for 10 minutes: nothing that is due gets looked at'
    query: 'requests | where name == "sweep" and success == true'
    window: 'PT10M'
    every: 'PT5M'
    operator: 'LessThan'
    threshold: 1
    severity: 1
  }
  {
    name: 'no-scan'
    title: 'No scan of the estate for 26 hours'
    query: 'traces | where message startswith "noteScan " | where timestamp > ago(26h)'
    window: 'P2D'
    every: 'PT1H'
    operator: 'LessThan'
    threshold: 1
    severity: 1
  }
  {
    name: 'failed-runs'
    title: 'Runs ended in a fault'
    query: 'traces | where message startswith "noteFault "'
    window: 'PT1H'
    every: 'PT15M'
    operator: 'GreaterThan'
    threshold: 3
    severity: 2
  }
  {
    name: 'mail-not-sent'
    title: 'A mail could not be sent'
    query: 'traces | where message startswith "deliverNext " and message endswith ": failed"'
    window: 'PT1H'
    every: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
    severity: 2
  }
  {
    name: 'quarantine'
    title: 'Events wait in quarantine'
    query: 'traces | where message matches regex "[1-9][0-9]* kept aside$"'
    window: 'PT1H'
    every: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
    severity: 3
  }
  {
    name: 'unreadable'
    title: 'Subscriptions that were readable are not any more'
    query: 'traces | where message startswith "noteScan " and message matches regex ": [1-9][0-9]* subscriptions unreadable$"'
    window: 'P1D'
    every: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
    severity: 2
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource eventHubs 'Microsoft.EventHub/namespaces@2026-01-01' existing = {
  name: eventHubNamespaceName
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-guardrail-operators'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'guardrail'
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: operatorsAddress
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: 'guardrail-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      severity: rule.severity
      enabled: true
      evaluationFrequency: rule.every
      windowSize: rule.window
      scopes: [insights.id]
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [operators.id] }
      autoMitigate: true
    }
  }
]

resource stageOff 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'guardrail-stage-off'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'The guardrail is switched off (stage off)'
    severity: 3
    enabled: stage == 'off'
    evaluationFrequency: 'P1D'
    windowSize: 'P1D'
    scopes: [insights.id]
    criteria: {
      allOf: [
        {
          query: 'requests | where name == "sweep"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [operators.id] }
    autoMitigate: true
  }
}

var eventHubRules = [
  {
    name: 'throttled'
    description: 'The event hub throttles: Defender\'s events may come late.'
    every: 'PT15M'
    window: 'PT1H'
    conditions: [{ metric: 'ThrottledRequests', operator: 'GreaterThan', threshold: 0 }]
  }
  {
    name: 'not-read'
    description: 'Defender\'s events arrive and nothing reads them: is the app running?'
    // An event that has just come is not read yet: a long window hardly ever ends on one.
    every: 'PT1H'
    window: 'PT6H'
    conditions: [
      { metric: 'IncomingMessages', operator: 'GreaterThan', threshold: 0 }
      { metric: 'OutgoingMessages', operator: 'LessThan', threshold: 1 }
    ]
  }
]

resource defenderEvents 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for rule in eventHubRules: {
    name: 'guardrail-defender-events-${rule.name}'
    location: 'global'
    tags: tags
    properties: {
      description: rule.description
      severity: 2
      enabled: true
      scopes: [eventHubs.id]
      evaluationFrequency: rule.every
      windowSize: rule.window
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          for condition in rule.conditions: {
            name: toLower(condition.metric)
            criterionType: 'StaticThresholdCriterion'
            metricName: condition.metric
            operator: condition.operator
            threshold: condition.threshold
            timeAggregation: 'Total'
          }
        ]
      }
      actions: [{ actionGroupId: operators.id }]
    }
  }
]

@description('Id of the action group, for the alerts of event topics.')
output actionGroupId string = operators.id
