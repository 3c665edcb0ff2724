metadata description = 'Communication Services email with a domain managed by Azure, or an own one.'

@description('Suffix that makes names unique.')
param suffix string

@description('Tags of every resource.')
param tags object

@description('Where data is kept at rest.')
param dataLocation string

@description('Own domain; empty for one managed by Azure.')
param mailDomain string

@description('Whether the DNS records of the own domain are verified.')
param mailDomainVerified bool

@description('Object id of the identity that sends.')
param principalId string

var managed = empty(mailDomain)
var serviceOwner = '09976791-48a7-449e-bb21-39d1a415f350'

resource service 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: 'acs-mail-${suffix}'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }

  resource domain 'domains' = {
    name: managed ? 'AzureManagedDomain' : mailDomain
    location: 'global'
    tags: tags
    properties: {
      domainManagement: managed ? 'AzureManaged' : 'CustomerManaged'
      userEngagementTracking: 'Disabled'
    }
  }
}

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: 'acs-guardrail-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    // An own domain can be linked only after its DNS records are verified.
    linkedDomains: managed || mailDomainVerified ? [service::domain.id] : []
  }
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communication.id, principalId, serviceOwner)
  scope: communication
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', serviceOwner)
  }
}

@description('Address of the mail service.')
output endpoint string = 'https://${communication.properties.hostName}'

@description('Address that mails come from.')
output from string = 'DoNotReply@${service::domain.properties.fromSenderDomain}'

@description('DNS records to set for an own domain.')
output dnsRecords object = managed ? {} : service::domain.properties.verificationRecords
