//! Policies as tests set them: whatever the editor would allow, at once.

use countersign::flow::policy;
use countersign_core::policy::Policy;

use super::TestApp;

impl TestApp {
    /// Puts a change of the default organisation's policy into force, as another version.
    pub(crate) async fn rules(&self, change: impl FnOnce(&mut Policy)) {
        let (_, row) = policy::current(&self.operator(), None).await.unwrap();
        let mut rules = row.policy;
        change(&mut rules);
        assert_eq!(rules.validate(), Ok(()));
        let body = serde_json::to_string(&rules).unwrap().replace('\'', "''");
        self.place.run(&format!(
            "INSERT INTO policy (organisation_id, version, body, changed_at, changed_by, reason) \
             SELECT organisation_id, version + 1, '{body}', {}, 'test', '' FROM policy \
             WHERE version = (SELECT MAX(version) FROM policy) LIMIT 1",
            self.now().as_millis()
        ));
    }
}
