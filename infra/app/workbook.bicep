metadata description = 'A workbook: posture, changes, refusals, time to fix, cost.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the Application Insights component that it reads.')
param insightsName string

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'guardrail-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Container Guardrail'
    serializedData: string(loadJsonContent('workbook.json'))
    sourceId: insights.id
    version: '1.0'
  }
}
