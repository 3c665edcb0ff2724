metadata description = 'Defender for Cloud\'s continuous export of alerts and assessments to the event hub.'

@description('Region of the export.')
param location string

@description('Tags of every resource.')
param tags object

@description('Id of the event hub.')
param eventHubId string

resource export 'Microsoft.Security/automations@2023-12-01-preview' = {
  name: 'container-guardrail-export'
  location: location
  tags: tags
  properties: {
    description: 'Alerts and assessments for Container Guardrail'
    isEnabled: true
    scopes: [{ description: 'this subscription', scopePath: subscription().id }]
    // No rule sets: every alert goes out, the guardrail's policy decides what is told.
    sources: [{ eventSource: 'Alerts' }, { eventSource: 'Assessments' }]
    actions: [
      {
        actionType: 'EventHub'
        eventHubResourceId: eventHubId
        isTrustedServiceEnabled: true
      }
    ]
  }
}
