targetScope = 'subscription'

metadata description = 'The guardrail\'s custom roles in one subscription, made from the role data that the tests enforce.'

@description('Object id of the guardrail\'s identity.')
param principalId string

@description('Rights of the guardrail here.')
@allowed(['observe', 'act', 'extensions'])
param level string

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
    name: guid(subscription().id, role.roleName)
    properties: {
      // Names of custom roles are unique in a tenant: each subscription has its own.
      roleName: '${role.roleName} (${subscription().subscriptionId})'
      description: role.description
      type: 'CustomRole'
      assignableScopes: [subscription().id]
      permissions: [{ actions: map(role.actions, entry => entry.action) }]
    }
  }
]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (role, index) in levels[level]: {
    name: guid(subscription().id, principalId, role.roleName)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: definitions[index].id
    }
  }
]
