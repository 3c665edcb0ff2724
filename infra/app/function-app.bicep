metadata description = 'The function app on Flex Consumption: one identity, no secret, HTTP behind Entra ID.'

@description('Name of the app.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the identity that the app acts with.')
param identityName string

@description('Name of the storage account.')
param storageName string

@description('Container of the deployed package.')
param packageContainer string

@description('Name of the Application Insights component.')
param insightsName string

@description('Fully qualified name of the Event Hubs namespace.')
param eventHubNamespace string

@description('Name of the hub with Defender\'s events.')
param eventHubName string

@description('Address of the mail service.')
param mailEndpoint string

@description('Address that mails come from unless the policy names one.')
param mailFrom string

@description('Which send limits the mail domain has.')
@allowed(['managed', 'custom'])
param mailQuota string

@description('Address of the operators unless the policy names them.')
param operatorsAddress string

@description('How far the guardrail may go.')
param stage string

@description('Client id of the Entra application that callers sign in to.')
@minLength(36)
@maxLength(36)
param authClientId string

@description('Version of Node.js.')
param nodeVersion string

@description('Instances kept warm for durable functions.')
param alwaysReadyInstances int

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: 40
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'durable', instanceCount: alwaysReadyInstances }]
      }
    }
    siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled' }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      AZURE_CLIENT_ID: identity.properties.clientId
      AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
      AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
      DEFENDER_EVENTS_HUB: eventHubName
      DefenderEvents__clientId: identity.properties.clientId
      DefenderEvents__credential: 'managedidentity'
      DefenderEvents__fullyQualifiedNamespace: eventHubNamespace
      GUARDRAIL_APP_ID: identity.properties.clientId
      GUARDRAIL_CREDENTIAL: 'managed-identity'
      GUARDRAIL_MAIL_ENDPOINT: mailEndpoint
      GUARDRAIL_MAIL_FROM: mailFrom
      GUARDRAIL_MAIL_QUOTA: mailQuota
      GUARDRAIL_OPERATORS: operatorsAddress
      GUARDRAIL_PRINCIPAL_ID: identity.properties.principalId
      GUARDRAIL_STAGE: stage
      HTTP_AUTH: 'entra'
    }
  }

  resource auth 'config' = {
    name: 'authsettingsV2'
    properties: {
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        // Health answers ok or not to anybody; Event Grid and Durable reach the host by its own keys.
        excludedPaths: ['/api/health', '/runtime/webhooks/*']
      }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: authClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [authClientId, 'api://${authClientId}']
          }
        }
      }
      platform: { enabled: true }
    }
  }
}

resource basicFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource basicScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

@description('Id of the app.')
output id string = app.id

@description('Name of the app.')
output name string = app.name

@description('Base address of the app.')
output url string = 'https://${app.properties.defaultHostName}'
