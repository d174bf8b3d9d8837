// What other projects call the kinds that std.pii and std.identifiers know. A name that is not here is not claimed: nothing is
// said about it. One that stands for several of our kinds is found when any of them is.

export type KindTable = Readonly<Record<string, readonly string[]>>;

/** A table of `theirs: ours ours`, one a line. */
function tableOf(text: string): KindTable {
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line): [string, readonly string[]] => {
        const [theirs = '', ours = ''] = line.trim().split(': ');
        return [theirs, ours.split(' ')];
      }),
  );
}

/** Entities of Presidio's recognizers. Not here: names and places, what its rule lets pass without the check of the format. */
export const presidioEntities: KindTable = tableOf(`
  ABA_ROUTING_NUMBER: us_aba_routing
  AU_ABN: au_abn
  AU_ACN: au_acn
  AU_MEDICARE: au_medicare
  AU_TFN: au_tfn
  CA_SIN: ca_sin
  CREDIT_CARD: credit_card
  CRYPTO: bitcoin_address
  DATE_TIME: date short_date
  DE_BSNR: de_bsnr
  DE_HANDELSREGISTER: de_commercial_register
  DE_HEALTH_INSURANCE: de_health_insurance
  DE_KFZ: de_license_plate
  DE_LANR: de_lanr
  DE_SOCIAL_SECURITY: de_social_security
  DE_VAT_ID: de_vat_id
  EMAIL_ADDRESS: email
  ES_NIE: es_nie
  ES_NIF: es_nif
  ES_PASSPORT: es_passport
  FI_PERSONAL_IDENTITY_CODE: fi_personal_code
  IBAN_CODE: iban
  IN_AADHAAR: in_aadhaar
  IN_PASSPORT: in_passport
  IN_VEHICLE_REGISTRATION: in_license_plate
  IN_VOTER: in_voter_id
  IP_ADDRESS: ipv4 ipv6
  IT_DRIVER_LICENSE: it_driver_license
  IT_FISCAL_CODE: it_fiscal_code
  IT_IDENTITY_CARD: it_identity_card
  IT_PASSPORT: it_passport
  KR_BRN: kr_brn
  KR_DRIVER_LICENSE: kr_driver_license
  KR_FRN: kr_frn
  KR_PASSPORT: kr_passport
  KR_RRN: kr_rrn
  MAC_ADDRESS: mac_address
  MEDICAL_LICENSE: us_dea
  NG_NIN: ng_nin
  NG_VEHICLE_REGISTRATION: ng_license_plate
  PHONE: phone
  PHONE_NUMBER: phone
  PH_MOBILE_NUMBER: ph_mobile
  PH_TIN: ph_tin
  PL_PESEL: pl_pesel
  SE_ORGANISATIONSNUMMER: se_organisation_number
  SE_PERSONNUMMER: se_personnummer
  SG_NRIC_FIN: sg_nric
  SG_UEN: sg_uen
  TH_TNIN: th_national_id
  TR_LICENSE_PLATE: tr_license_plate
  TR_NATIONAL_ID: tr_national_id
  TR_PHONE_NUMBER: tr_phone
  UK_DRIVING_LICENCE: uk_driving_licence
  UK_NHS: uk_nhs
  UK_NINO: uk_nino
  UK_PASSPORT: uk_passport
  UK_POSTCODE: uk_postcode
  UK_VEHICLE_REGISTRATION: uk_license_plate
  URL: url domain_name
  US_BANK_NUMBER: us_bank_account
  US_ITIN: us_itin
  US_MBI: us_mbi
  US_NPI: us_npi
  US_PASSPORT: us_passport
  US_SSN: us_ssn
  ZA_ID_NUMBER: za_id
`);

/** Types of labelled sentences that have a shape. */
export const sentenceTypes: KindTable = tableOf(`
  CREDIT_CARD: credit_card
  DOMAIN_NAME: url
  EMAIL_ADDRESS: email
  IBAN_CODE: iban
  IP_ADDRESS: ipv4 ipv6
  PHONE_NUMBER: phone
  URL: url
  US_SSN: us_ssn
`);

/**
 * Modules of python-stdnum. Not here: do.cedula, whose list of numbers with wrong check digits we do not have; be.nn and be.bis,
 * which are one kind with us (be.ssn); mac, which asks for a known manufacturer; VAT numbers without their country, and numbers of things.
 */
export const stdnumModules: KindTable = tableOf(`
  ad.nrt: ad_nrt
  al.nipt: al_nipt
  ar.cbu: ar_cbu
  ar.cuit: ar_cuit
  ar.dni: ar_dni
  at.tin: at_tax_number
  au.abn: au_abn
  au.acn: au_acn
  au.tfn: au_tfn
  az.voen: az_voen
  be.ogm_vcs: be_payment_reference
  be.ssn: be_national_number
  be.vat: be_enterprise_number
  bg.egn: bg_egn
  bic: bic
  bitcoin: bitcoin_address
  br.cnpj: br_cnpj
  br.cpf: br_cpf
  by.unp: by_unp
  ca.bc_phn: ca_bc_phn
  ca.bn: ca_business_number
  ca.sin: ca_sin
  ch.ssn: ch_ahv
  ch.uid: ch_uid
  ch.vat: ch_vat
  cl.rut: cl_rut
  cn.ric: cn_resident_id
  cn.uscc: cn_uscc
  co.nit: co_nit
  cr.cpf: cr_cpf
  cr.cpj: cr_cpj
  cy.vat: cy_tin
  cz.dic: cz_birth_number cz_ico
  cz.ico: cz_ico
  cz.rc: cz_birth_number
  de.idnr: de_tax_id
  de.vat: de_vat_id
  dk.cpr: dk_cpr
  dk.cvr: dk_cvr
  do.rnc: do_rnc
  dz.nif: dz_nif
  ec.ci: ec_ci
  ec.ruc: ec_ruc
  ee.ik: ee_personal_code
  ee.registrikood: ee_registry_code
  eg.tn: eg_tax_number
  es.cif: es_cif
  es.dni: es_nif
  es.nie: es_nie
  es.nif: es_nif es_nie es_cif
  eu.vat: eu_vat
  fi.hetu: fi_personal_code
  fi.ytunnus: fi_business_id
  fr.nif: fr_tax_number
  fr.nir: fr_nir
  fr.siren: fr_siren
  fr.siret: fr_siret
  gb.nhs: uk_nhs
  gb.upn: uk_pupil_number
  gb.utr: uk_utr
  gb.vat: uk_vat
  gh.tin: gh_tin
  gn.nifp: gn_nif
  gr.amka: gr_amka
  gr.vat: gr_afm
  gt.nit: gt_nit
  hr.oib: hr_oib
  hu.anum: hu_vat
  iban: iban
  id.nik: id_nik
  id.npwp: id_npwp
  ie.pps: ie_pps
  il.hp: il_company
  il.idnr: il_id
  imei: imei
  imsi: imsi
  in_.aadhaar: in_aadhaar
  in_.epic: in_voter_id
  in_.gstin: in_gstin
  in_.pan: in_pan
  in_.vid: in_vid
  is_.kennitala: is_kennitala
  iso11649: creditor_reference
  it.codicefiscale: it_fiscal_code it_vat
  it.iva: it_vat
  jp.cn: jp_corporate_number
  jp.in_: jp_my_number
  ke.pin: ke_pin
  kr.brn: kr_brn
  kr.rrn: kr_rrn kr_frn
  lei: lei
  lt.asmens: lt_personal_code
  lv.pvn: lv_personal_code lv_company
  ma.ice: ma_ice
  md.idno: md_idno
  me.iban: iban
  me.pib: me_pib
  mk.edb: mk_edb
  mu.nid: mu_nid
  mx.curp: mx_curp
  mx.rfc: mx_rfc
  my.nric: my_nric
  mz.nuit: mz_nuit
  nl.bsn: nl_bsn
  nl.btw: nl_vat
  nl.identiteitskaartnummer: nl_id_document
  no.fodselsnummer: no_birth_number
  no.mva: no_vat
  no.orgnr: no_organisation_number
  nz.bankaccount: nz_bank_account
  nz.ird: nz_ird
  om.vat: om_vat
  pe.cui: pe_cui
  pe.ruc: pe_ruc
  pk.cnic: pk_cnic
  pl.nip: pl_nip
  pl.pesel: pl_pesel
  pl.regon: pl_regon
  pt.cc: pt_citizen_card
  pt.nif: pt_nif
  py.ruc: py_ruc
  ro.cf: ro_cui ro_cnp
  ro.cnp: ro_cnp
  ro.cui: ro_cui
  rs.pib: rs_pib
  ru.inn: ru_inn
  ru.ogrn: ru_ogrn
  se.orgnr: se_organisation_number
  se.personnummer: se_personnummer
  sg.uen: sg_uen
  si.ddv: si_tax_number
  si.emso: jmbg
  sk.ico: cz_ico
  sk.rc: cz_birth_number
  sv.nit: sv_nit
  th.moa: th_company_id
  th.pin: th_national_id
  th.tin: th_national_id th_company_id
  tn.mf: tn_tax_id
  tr.tckimlik: tr_national_id
  tr.vkn: tr_vkn
  tw.ubn: tw_ubn
  ua.edrpou: ua_edrpou
  ua.rntrc: ua_rntrc
  us.ein: us_ein
  us.itin: us_itin
  us.ptin: us_ptin
  us.rtn: us_aba_routing
  us.ssn: us_ssn
  uy.rut: uy_rut
  ve.rif: ve_rif
  vn.mst: vn_mst
  za.idnr: za_id
  za.tin: za_tax_number
`);

/**
 * Validators of validator.js that judge the same thing as our kind, without options or with the country named here. Not here:
 * those that ask for the shape alone (isVAT, isPassportNumber, isBtcAddress), and those whose rule is another than the number's
 * own: PL lets months pass that are none, en-CA numbers that are never given out, es-ES numbers that are cut short; cs-CZ and sk-SK
 * refuse births before 1900, sv-SE judges by the year of the clock, and it-IT has a check of
 * its own for letters that stand for digits.
 */
export const validatorNames: KindTable = tableOf(`
  isAbaRouting: us_aba_routing
  isBIC: bic
  isCreditCard: credit_card
  isEthereumAddress: ethereum_address
  isIBAN: iban
  isIMEI: imei
  isIP: ipv4 ipv6
  isIdentityCard ES: es_nif es_nie
  isIdentityCard FI: fi_personal_code
  isIdentityCard IN: in_aadhaar
  isIdentityCard IR: ir_national_code
  isIdentityCard IT: it_identity_card
  isIdentityCard LK: lk_nic
  isIdentityCard NO: no_birth_number
  isIdentityCard PK: pk_cnic
  isIdentityCard TH: th_national_id
  isIdentityCard he-IL: il_id
  isIdentityCard zh-CN: cn_resident_id
  isIdentityCard zh-HK: hk_id
  isIdentityCard zh-TW: tw_national_id
  isMACAddress: mac_address
  isTaxID bg-BG: bg_egn
  isTaxID de-DE: de_tax_id
  isTaxID dk-DK: dk_cpr
  isTaxID el-CY: cy_tin
  isTaxID el-GR: gr_afm
  isTaxID en-GB: uk_utr uk_nino
  isTaxID en-IE: ie_pps
  isTaxID en-IN: in_pan
  isTaxID es-AR: ar_cuit
  isTaxID et-EE: ee_personal_code
  isTaxID fi-FI: fi_personal_code
  isTaxID fr-BE: be_national_number
  isTaxID fr-FR: fr_tax_number
  isTaxID hr-HR: hr_oib
  isTaxID hu-HU: hu_tax_id
  isTaxID lt-LT: lt_personal_code
  isTaxID lv-LV: lv_personal_code
  isTaxID nl-BE: be_national_number
  isTaxID nl-NL: nl_bsn
  isTaxID pl-PL: pl_pesel pl_nip
  isTaxID pt-BR: br_cpf br_cnpj
  isTaxID pt-PT: pt_nif
  isTaxID ro-RO: ro_cnp
  isTaxID sl-SI: si_tax_number
  isTaxID uk-UA: ua_rntrc
`);
