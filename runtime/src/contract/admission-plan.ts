// What an admission server has to know of a policy beside its module, as the compiler worked it out: plain data in a bundle.

/** Name of the file in a bundle that has the plans: `{"version":1,"admission":[…]}`. There is none where no event is one of admission. */
export const admissionFile = 'policy.admission.json';

/** One entrypoint that decides on AdmissionReviews. */
export interface AdmissionPlan {
  /** `shop/checkout/Cluster/admission` */
  readonly entrypoint: string;
  /**
   * Whether rules read the object's namespace. Then the enforcer adds `namespaceObject` to the `request` of every review of an object
   * that has a namespace: the `Namespace` as the API server has it. Objects without one (`request.namespace` is empty, or the object
   * is a namespace itself) are left as they are.
   */
  readonly namespaceObject: 'read' | 'unread';
}
