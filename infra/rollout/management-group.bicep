targetScope = 'managementGroup'

metadata description = 'Lets the guardrail read, or also act on, every subscription of a management group: one role definition and one assignment a level.'

@description('Object id of the guardrail\'s identity (output GUARDRAIL_PRINCIPAL_ID of main.bicep).')
param principalId string

@description('Rights of the guardrail below this management group.')
@allowed(['observe', 'act', 'extensions'])
param level string = 'observe'

var levels = {
  observe: [loadJsonContent('../roles/observe.json')]
  act: [loadJsonContent('../roles/observe.json'), loadJsonContent('../roles/act.json')]
  extensions: [
    loadJsonContent('../roles/observe.json')
    loadJsonContent('../roles/act.json')
    loadJsonContent('../roles/extensions.json')
  ]
}

resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in levels[level]: {
    name: guid(managementGroup().id, role.roleName)
    properties: {
      roleName: '${role.roleName} (${managementGroup().name})'
      description: role.description
      type: 'CustomRole'
      assignableScopes: [managementGroup().id]
      permissions: [{ actions: map(role.actions, entry => entry.action) }]
    }
  }
]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (role, index) in levels[level]: {
    name: guid(managementGroup().id, principalId, role.roleName)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: definitions[index].id
    }
  }
]
