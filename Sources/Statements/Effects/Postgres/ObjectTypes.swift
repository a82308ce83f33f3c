/// The kinds by the names libpg_query has for them.
enum ObjectTypes {
    static let kinds: [String: SchemaObject.Kind] = [
        "OBJECT_TABLE": .table, "OBJECT_VIEW": .view, "OBJECT_MATVIEW": .materializedView, "OBJECT_INDEX": .index,
        "OBJECT_FOREIGN_TABLE": .foreignTable, "OBJECT_SEQUENCE": .sequence, "OBJECT_COLUMN": .column,
        "OBJECT_ATTRIBUTE": .column, "OBJECT_TABCONSTRAINT": .constraint, "OBJECT_DOMCONSTRAINT": .constraint,
        "OBJECT_POLICY": .policy, "OBJECT_TRIGGER": .trigger, "OBJECT_RULE": .rule, "OBJECT_FUNCTION": .function,
        "OBJECT_PROCEDURE": .procedure, "OBJECT_ROUTINE": .routine, "OBJECT_AGGREGATE": .aggregate,
        "OBJECT_TYPE": .type, "OBJECT_DOMAIN": .domain, "OBJECT_SCHEMA": .schema, "OBJECT_EXTENSION": .extension,
        "OBJECT_ROLE": .role, "OBJECT_DATABASE": .database, "OBJECT_TABLESPACE": .tablespace,
        "OBJECT_COLLATION": .collation, "OBJECT_CAST": .cast, "OBJECT_CONVERSION": .conversion,
        "OBJECT_OPERATOR": .operator, "OBJECT_OPCLASS": .operatorClass, "OBJECT_OPFAMILY": .operatorFamily,
        "OBJECT_TSCONFIGURATION": .textSearch, "OBJECT_TSDICTIONARY": .textSearch, "OBJECT_TSPARSER": .textSearch,
        "OBJECT_TSTEMPLATE": .textSearch, "OBJECT_LANGUAGE": .language, "OBJECT_TRANSFORM": .transform,
        "OBJECT_ACCESS_METHOD": .accessMethod, "OBJECT_PUBLICATION": .publication,
        "OBJECT_SUBSCRIPTION": .subscription, "OBJECT_FOREIGN_SERVER": .server, "OBJECT_FDW": .wrapper,
        "OBJECT_USER_MAPPING": .userMapping, "OBJECT_EVENT_TRIGGER": .eventTrigger,
        "OBJECT_STATISTIC_EXT": .statistics, "OBJECT_LARGEOBJECT": .largeObject,
    ]

    /// A statement whose object is named in a field of its own.
    struct Form {
        let kind: SchemaObject.Kind
        let field: StaticString
        let action: Change.Action

        init(_ kind: SchemaObject.Kind, _ field: StaticString, _ action: Change.Action) {
            (self.kind, self.field, self.action) = (kind, field, action)
        }
    }

    /// Statements whose object has one name.
    static let named: [String: Form] = [
        "CreateSchemaStmt": Form(.schema, "schemaname", .creates),
        "CreateExtensionStmt": Form(.extension, "extname", .creates),
        "AlterExtensionStmt": Form(.extension, "extname", .alters),
        "AlterExtensionContentsStmt": Form(.extension, "extname", .alters),
        "CreatedbStmt": Form(.database, "dbname", .creates), "DropdbStmt": Form(.database, "dbname", .drops),
        "AlterDatabaseStmt": Form(.database, "dbname", .alters),
        "AlterDatabaseSetStmt": Form(.database, "dbname", .alters),
        "AlterDatabaseRefreshCollStmt": Form(.database, "dbname", .alters),
        "CreateTableSpaceStmt": Form(.tablespace, "tablespacename", .creates),
        "DropTableSpaceStmt": Form(.tablespace, "tablespacename", .drops),
        "AlterTableSpaceOptionsStmt": Form(.tablespace, "tablespacename", .alters),
        "CreateRoleStmt": Form(.role, "role", .creates), "DropRoleStmt": Form(.role, "role", .drops),
        "CreatePublicationStmt": Form(.publication, "pubname", .creates),
        "AlterPublicationStmt": Form(.publication, "pubname", .alters),
        "CreateSubscriptionStmt": Form(.subscription, "subname", .creates),
        "AlterSubscriptionStmt": Form(.subscription, "subname", .alters),
        "DropSubscriptionStmt": Form(.subscription, "subname", .drops),
        "CreateEventTrigStmt": Form(.eventTrigger, "trigname", .creates),
        "AlterEventTrigStmt": Form(.eventTrigger, "trigname", .alters),
        "CreateForeignServerStmt": Form(.server, "servername", .creates),
        "AlterForeignServerStmt": Form(.server, "servername", .alters),
        "CreateFdwStmt": Form(.wrapper, "fdwname", .creates), "AlterFdwStmt": Form(.wrapper, "fdwname", .alters),
        "CreateUserMappingStmt": Form(.userMapping, "servername", .creates),
        "AlterUserMappingStmt": Form(.userMapping, "servername", .alters),
        "DropUserMappingStmt": Form(.userMapping, "servername", .drops),
        "CreatePLangStmt": Form(.language, "plname", .creates), "CreateAmStmt": Form(.accessMethod, "amname", .creates),
    ]

    /// Statements whose object has a path of names.
    static let listed: [String: Form] = [
        "CreateStatsStmt": Form(.statistics, "defnames", .creates),
        "AlterStatsStmt": Form(.statistics, "defnames", .alters),
        "CreateConversionStmt": Form(.conversion, "conversion_name", .creates),
        "CreateOpClassStmt": Form(.operatorClass, "opclassname", .creates),
        "CreateOpFamilyStmt": Form(.operatorFamily, "opfamilyname", .creates),
        "AlterOpFamilyStmt": Form(.operatorFamily, "opfamilyname", .alters),
        "AlterTSConfigurationStmt": Form(.textSearch, "cfgname", .alters),
        "AlterTSDictionaryStmt": Form(.textSearch, "dictname", .alters),
        "AlterCollationStmt": Form(.collation, "collname", .alters),
    ]
}
