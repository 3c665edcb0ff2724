import { type Recipes, words, yaml } from "./entry.ts";
import { labels, objects, whole } from "./kubectl.ts";

/** Services, ingresses, labels and roles: definitions of Azure Policy inside the cluster. */
export const objectRecipes: Recipes = {
  "1a5b4dca-0b6f-4cf5-907c-56316bc1bf3d": {
    title: "Ingress without HTTPS",
    severity: "High",
    why: "Passwords and data cross the network in clear text.",
    source: "manifest",
    change: () => [
      yaml(
        'metadata: { annotations: { kubernetes.io/ingress.allow-http: "false" } }',
        "spec: { tls: [ { hosts: [...], secretName: ... } ] }",
      ),
    ],
    check: objects("ingress", ".spec.tls"),
    effect: "Clients that still use http get no answer any more.",
    unseen: "Your host names and the secret that holds the certificate.",
  },
  "3fc4dc25-5baf-40d8-9b05-7fe74c1bc64e": {
    title: "Load balancer with a public address",
    severity: "Medium",
    why: "The service can be reached from the whole Internet.",
    source: "manifest",
    change: () => [
      yaml(
        'metadata: { annotations: { service.beta.kubernetes.io/azure-load-balancer-internal: "true" } }',
      ),
    ],
    check: objects("service", ".status.loadBalancer.ingress"),
    effect: "Its public address goes away: who is outside the network loses it.",
    unseen: "Who uses the public address today.",
  },
  "233a2a17-77ca-4fb1-9b6b-69223d272a44": {
    title: "Service on a port that is not allowed",
    severity: "Low",
    why: "Firewalls and reviews count on the allowed ports only.",
    source: "manifest",
    change: () => [yaml("spec: { ports: [ { port: 443, targetPort: 8443 } ] }")],
    check: objects("service", ".spec.ports"),
    effect: "Who calls the old port must change with it.",
    unseen: "Which ports are allowed (a parameter of the assignment): 443 and 8443 are examples.",
  },
  "46592696-4c7b-4bf3-9e45-6c2763bdc0a6": {
    title: "Required labels missing",
    severity: "Low",
    why: "Without them nobody can tell whose it is or what it costs.",
    source: "manifest",
    change: () => [
      words(
        "Add the labels that the assignment asks for to metadata.labels, also of the pod template.",
      ),
    ],
    check: labels,
    unseen: "Which labels are required: a parameter of the assignment.",
  },
  "a3dc4946-dba6-43e6-950d-f96532848c9f": {
    title: "cluster-admin given where it is not required",
    severity: "High",
    why: "Whoever holds it can do anything in the cluster and to every secret in it.",
    source: "manifest",
    change: () => [
      words(
        "Bind a role with the verbs in use instead, in one namespace, and delete this binding.",
      ),
    ],
    check: whole("clusterrolebinding"),
    effect: "What the holder did beyond that role stops working.",
    unseen: "What its holders do with it: the audit log shows that.",
  },
  "ca8d5704-aa2b-40cf-b110-dc19052825ad": {
    title: "Role with wildcards",
    severity: "High",
    why: "It gives rights that nobody listed, also on what is added later.",
    source: "manifest",
    change: () => [
      yaml(
        'rules: [ { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list"] } ]',
      ),
    ],
    check: whole("clusterrole"),
    effect: "What the holder did beyond the list stops working.",
    unseen: "Which resources and verbs are in use: the line above is an example.",
  },
};
