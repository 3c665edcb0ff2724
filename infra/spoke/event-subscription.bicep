metadata description = 'Delivers a topic\'s events to a function of the guardrail, with dead letters kept.'

@description('Name of the system topic.')
param topicName string

@description('Name of the event subscription.')
param name string

@description('Id of the function that takes the events.')
param functionId string

@description('Types of events that are delivered.')
param eventTypes string[]

@description('Advanced filters.')
param filters array

@description('Id of the account that takes events that could not be delivered.')
param deadLetterStorageId string

@description('Id of the action group that is told of undeliverable events; empty makes no alert.')
param actionGroupId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName

  resource subscription 'eventSubscriptions' = {
    name: name
    properties: {
      destination: {
        endpointType: 'AzureFunction'
        properties: {
          resourceId: functionId
          maxEventsPerBatch: 1
          preferredBatchSizeInKilobytes: 64
        }
      }
      eventDeliverySchema: 'EventGridSchema'
      filter: {
        includedEventTypes: eventTypes
        advancedFilters: filters
        enableAdvancedFilteringOnArrays: false
      }
      retryPolicy: {
        maxDeliveryAttempts: 30
        eventTimeToLiveInMinutes: 1440
      }
      deadLetterWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: {
            resourceId: deadLetterStorageId
            blobContainerName: 'deadletter'
          }
        }
      }
    }
  }
}

// What could not be delivered is kept; what could not even be kept is lost, until the next scan finds it.
var undelivered = [
  { name: 'dead-letters', metric: 'DeadLetteredCount' }
  { name: 'dropped', metric: 'DroppedEventCount' }
]

resource alerts 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for one in undelivered: if (!empty(actionGroupId)) {
    name: '${topicName}-${one.name}'
    location: 'global'
    properties: {
      description: 'Events could not be delivered to Container Guardrail: docs/operations.md tells what to do.'
      severity: 2
      enabled: true
      scopes: [topic.id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: one.name
            criterionType: 'StaticThresholdCriterion'
            metricName: one.metric
            operator: 'GreaterThan'
            threshold: 0
            timeAggregation: 'Total'
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]
