metadata description = 'Looks up a system topic that somebody made before; it needs a system-assigned identity.'

@description('Name of the topic.')
param name string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: name
}

@description('Object id of the topic\'s identity.')
output principalId string = topic.identity.principalId
