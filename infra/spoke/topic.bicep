metadata description = 'An Event Grid system topic of the subscription.'

@description('Name of the topic.')
param name string

@description('What it tells about.')
@allowed(['Microsoft.Resources.Subscriptions', 'Microsoft.PolicyInsights.PolicyStates'])
param topicType string

@description('Tags of every resource.')
param tags object

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: subscription().id
    topicType: topicType
  }
}

@description('Object id of the topic\'s identity.')
output principalId string = topic.identity.principalId
